//! What looks a little like a credential and is none: controls and readers need it as it is.

use crate::places::{object, pod};
use serde_json::{Value, json};

const SHA256: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
const SHA1: &str = "3f786850e387550fdab836ed7e6dc881de23001b";
const UUID: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

fn custom(spec: Value) -> Value {
    json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "shop"}, "spec": spec})
}

fn annotated(annotation: &str, value: &str) -> Value {
    let mut pod = pod("web", json!({}));
    pod["metadata"]["annotations"] = json!({annotation: value});
    pod
}

/// Documents of which not a byte may change, each with what it is about.
pub fn innocents() -> Vec<(String, Value)> {
    let mut innocents = Vec::new();
    let mut add = |what: &str, document: Value| innocents.push((what.to_owned(), document));
    for (key, value) in [
        ("image", format!("registry.example.com/shop/web@sha256:{SHA256}")),
        ("COMMIT", SHA1.into()),
        ("uid", UUID.into()),
        ("checksum.config", "5d41402abc4b2a76b9719d911017c592ae2b1f3f".into()),
        ("certificate", "-----BEGIN CERTIFICATE-----\nMIIBszCCARygAwIBAgIUQq3n\n-----END CERTIFICATE-----".into()),
        ("PUBLIC_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1n auditor@example.com".into()),
        ("SSH_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1n auditor@example.com".into()),
        ("TOKEN_TTL", "3600".into()),
        ("SECRET_NAME", "database-credentials".into()),
        ("PASSWORD_FILE", "/run/secrets/password".into()),
        ("API_URL", "https://api.example.com/v1/tokens".into()),
        ("KEYCLOAK_REALM", "shop".into()),
        ("DB_PASSWORD", "$(DB_PASSWORD_FROM_VAULT)".into()),
        ("timezone", "12:30:45".into()),
        ("pictures", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==".into()),
        ("message", "VGhpcyBpcyBhIGxvbmcgYW5kIGZyaWVuZGx5IG1lc3NhZ2UgZm9yIGV2ZXJ5Ym9keQ==".into()),
        (
            "app.yaml",
            "server:\n  port: 8080\n  authMode: token\n  tokenTTL: 3600\n  existingSecretName: web-tls\n  passwordFile: /run/p\n".into(),
        ),
        ("app.json", "{ \"authMode\": \"token\",\n  \"secretName\": \"web-tls\" }\n".into()),
        (
            "run.sh",
            "#!/bin/sh\n# the password comes from a file\nexport PASSWORD=\"$(cat /run/secrets/password)\"\nexec web --port=8080\n".into(),
        ),
        (
            "nginx.conf",
            "server {\n  listen 443 ssl;\n  ssl_certificate_key /etc/tls/tls.key;\n  auth_basic_user_file /etc/htpasswd;\n}\n".into(),
        ),
        ("cache", format!("key-{}", &SHA256[..32])),
        ("bucket", format!("{}-us1", &SHA256[..32])),
    ] {
        add(key, object("ConfigMap", "c", json!({"data": {key: value}})));
    }
    for (annotation, value) in [
        ("checksum/config", SHA256),
        ("checksum/secret", SHA256),
        ("checksum/secrets", SHA1),
        ("example.com/secret-hash", SHA256),
        ("example.com/config-hash", SHA1),
        ("argocd.argoproj.io/tracking-id", "web:apps/Deployment:shop/web"),
        ("vault.hashicorp.com/agent-inject-secret-database", "secret/data/shop/database"),
        ("vault.hashicorp.com/agent-inject-token", "true"),
        ("cert-manager.io/private-key-secret-name", "web-tls"),
        ("nginx.ingress.kubernetes.io/auth-secret", "shop/basic-auth"),
        ("nginx.ingress.kubernetes.io/auth-url", "https://auth.example.com/verify?rd=https://shop.example.com/a?b=c"),
        ("nginx.ingress.kubernetes.io/auth-tls-secret", "shop/ca-certificates"),
        ("kubernetes.io/service-account.uid", UUID),
        ("deployment.kubernetes.io/revision", "12"),
        (
            "service.beta.kubernetes.io/aws-load-balancer-ssl-cert",
            "arn:aws:acm:eu-central-1:123456789012:certificate/6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        ),
        ("eks.amazonaws.com/role-arn", "arn:aws:iam::123456789012:role/shop-web"),
        ("example.com/note", "Rotate the token: ask the owner of the secret, password: see the vault."),
        ("example.com/sidecar", "{ \"image\": \"envoy:1.31\", \"secretName\": \"mesh\", \"tokenExpirationSeconds\": 3600 }"),
        ("example.com/owner", "platform@example.com"),
    ] {
        add(annotation, annotated(annotation, value));
    }
    let labels = json!({"app.kubernetes.io/name": "web", "secret": "a1b2c3d4e5f6a7b8c9d0", "token": "tls-a1b2c3d4e5f6a7b8c9d0", "pod-template-hash": "7d9c8b6f5"});
    let mut whole = pod(
        "web",
        json!({
            "image": format!("registry.example.com:5000/shop/web:1.4.2@sha256:{SHA256}"),
            "ports": [{"name": "https", "containerPort": 8443}],
            "args": ["--port=8443", "--secret-name", "web-tls", "--token-ttl=1h", "--tls-private-key-file=/tls/tls.key", "--authorization-mode=Node,RBAC",
                "--service-account-issuer=https://kubernetes.default.svc", format!("--image=registry.example.com/x@sha256:{SHA256}")],
            "command": ["mysql", "-u", "root", "-p", "shop", "-h", "db"],
            "env": [
                {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "database", "key": "password"}}},
                {"name": "POD_UID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.uid"}}},
                {"name": "DB_PASSWORD_FILE", "value": "/run/secrets/password"},
                {"name": "AUTH_MODE", "value": "token"},
                {"name": "GIT_COMMIT", "value": SHA1},
                {"name": "OTEL_RESOURCE_ATTRIBUTES", "value": format!("service.name=web,service.instance.id={UUID}")},
            ],
            "livenessProbe": {"httpGet": {"path": "/healthz?token=$(TOKEN)", "port": 8443}},
            "volumeMounts": [{"name": "token", "mountPath": "/var/run/secrets/tokens"}],
        }),
    );
    whole["metadata"]["labels"] = labels.clone();
    whole["metadata"]["uid"] = json!(UUID);
    whole["metadata"]["resourceVersion"] = json!("184467440737095");
    whole["spec"]["enableServiceLinks"] = json!(false);
    whole["spec"]["automountServiceAccountToken"] = json!(false);
    whole["spec"]["serviceAccountName"] = json!("token-reader");
    whole["spec"]["imagePullSecrets"] = json!([{"name": "registry-a1b2c3d4e5f6a7b8"}]);
    whole["spec"]["nodeSelector"] = json!({"secret": "a1b2c3d4e5f6a7b8c9d0"});
    whole["spec"]["volumes"] = json!([
        {"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "token", "audience": "vault", "expirationSeconds": 3600}}]}},
        {"name": "tls", "secret": {"secretName": "web-tls", "items": [{"key": "tls.key", "path": "tls.key"}]}},
    ]);
    add("pod", whole);
    add("service", object("Service", "web", json!({"spec": {"selector": labels, "ports": [{"port": 443, "targetPort": "https"}]}})));
    add(
        "role",
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "system:token-creator"}, "rules": [
            {"apiGroups": [""], "resources": ["secrets", "serviceaccounts/token"], "resourceNames": ["builder-token-a1b2c3d4e5f6a7b8c9"], "verbs": ["create"]},
        ]}),
    );
    add(
        "service account",
        object("ServiceAccount", "builder", json!({"secrets": [{"name": "builder-token-x7k2p"}], "automountServiceAccountToken": true})),
    );
    add(
        "definition",
        json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.com"}, "spec": {
            "versions": [{"name": "v1", "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                "token": {"type": "string", "description": "Token: the token of the user, e.g. password=... or the key of a Secret.\nsecretKeyRef: refers to one."},
                "password": {"type": "string", "format": "password"},
            }, "required": ["token", "password"]}}}],
        }}),
    );
    for spec in [
        json!({"secretName": "my-tls", "secret": "my-application-tls", "token": {"name": "x"}, "privateKey": {"algorithm": "ECDSA", "size": 256}}),
        json!({"tokenExpirationSeconds": 3600, "authMode": "token", "auth": "oidc", "secretKey": "password", "keystore": "jks"}),
        json!({"secretStoreRef": {"name": "vault", "kind": "ClusterSecretStore"}, "data": [{"secretKey": "password", "remoteRef": {"key": "shop/database", "property": "password"}}]}),
        json!({"caBundle": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJzekNDQVJ5Z0F3SUJBZ0lVUXEzbgotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg=="}),
        json!({"repoURL": "https://git.example.com/shop/deploy.git", "targetRevision": SHA1, "path": "overlays/production"}),
        json!({"url": "https://registry.example.com:5000/v2/?q=a&page=2", "jwksUri": "https://id.example.com/.well-known/jwks.json", "issuer": "https://id.example.com"}),
        json!({"fieldPath": "spec.template.spec.containers[0].env", "providerID": "aws:///eu-central-1a/i-0a1b2c3d4e5f60718", "uid": UUID}),
        json!({"expression": "object.metadata.annotations['example.com/token'] == 'x' && has(object.spec.password)", "notes": "Set password: and token: in the Secret."}),
        json!({"arguments": ["--verbose", "--secret-name", "web-tls", "--revision", SHA1]}),
        json!({"kmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/6ba7b810-9dad-11d1-80b4-00c04fd430c8", "keyId": UUID, "accessKeyId": "metrics"}),
        json!({"values": "image:\n  repository: registry.example.com/web\n  digest: sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae\nauth:\n  existingSecretName: web\n"}),
    ] {
        add("custom resource", custom(spec));
    }
    innocents
}
