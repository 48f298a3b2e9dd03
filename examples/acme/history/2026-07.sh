# 1 July. During that month payments were hardened, and fenced in, for the penetration test's second round.
gone apps/payments/networkpolicy.yaml
without apps/payments/gateway.yaml securityContext resources topologySpreadConstraints
was apps/payments/gateway.yaml 's/@sha256:[0-9a-f]*//'
without apps/payments/reconciliation.yaml securityContext
