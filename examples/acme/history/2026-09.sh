# 1 September. The bad month: the new route planner came on 18 September, in one evening, with a debug container, a port on
# the node and "latest"; the node tuner came the same night.
gone platform/nodes/node-tuner.yaml
was apps/couriers/dispatch.yaml \
  's/ Rebuilt in a hurry.*//' \
  '/- name: debug/,/SYS_PTRACE/d' \
  's#ghcr.io/acme-remedies/dispatch:latest#registry.acme.example/couriers/dispatch:11.4.0#' \
  '/hostPort/d' '/shareProcessNamespace/d' '/host: status/d'
without apps/couriers/dispatch.yaml livenessProbe
