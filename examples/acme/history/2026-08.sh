# 1 August. During that month the platform team went through its own things: backups, the ingress controller, limits.
gone platform/limits.yaml
without jobs/nightly-backup.yaml securityContext
without platform/ingress-nginx/controller.yaml resources securityContext affinity
without platform/monitoring/prometheus.yaml resources
was platform/monitoring/prometheus.yaml 's/@sha256:[0-9a-f]*//'
