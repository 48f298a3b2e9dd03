# 1 June, the first scan. During that month Tiller was removed at last and the storefront became the example for others.
# There were no waivers yet: nobody had looked.
gone waivers.toml apps/storefront/networkpolicy.yaml
without apps/storefront/deployment.yaml securityContext resources topologySpreadConstraints
was apps/storefront/deployment.yaml 's/@sha256:[0-9a-f]*//' 's/web:4.18.2/web:latest/'
was apps/storefront/kustomization.yaml '/networkpolicy.yaml/d'
mkdir platform/tiller
cat >platform/tiller/tiller.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: tiller-deploy
  namespace: kube-system
  labels:
    app: helm
    name: tiller
spec:
  replicas: 1
  selector:
    matchLabels:
      name: tiller
  template:
    metadata:
      labels:
        name: tiller
    spec:
      serviceAccountName: tiller
      containers:
        - name: tiller
          image: registry.acme.example/mirror/tiller:v2.17.0
          ports:
            - { name: tiller, containerPort: 44134 }
---
apiVersion: v1
kind: Service
metadata:
  name: tiller-deploy
  namespace: kube-system
spec:
  selector:
    name: tiller
  ports:
    - { name: tiller, port: 44134 }
YAML
