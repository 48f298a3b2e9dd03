# 1 October. During that month: Argo CD got a project of its own for what customers touch and lost its built-in administrator,
# the payments store was closed to other namespaces, and the database took its password from a file.
was platform/argocd/applications.yaml 's/project: customer-facing/project: default/'
was platform/argocd/settings.yaml 's/admin.enabled: "false"/admin.enabled: "true"/'
without platform/external-secrets/stores.yaml conditions
was apps/prescriptions/database.yaml 's/@sha256:.*//' '/POSTGRES_PASSWORD_FILE/{n;s/value: .*/value: written-here-for-all-to-see/}' 's/POSTGRES_PASSWORD_FILE/POSTGRES_PASSWORD/'
