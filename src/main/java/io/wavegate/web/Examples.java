package io.wavegate.web;

/** Answers as the OpenAPI document shows them; ExamplesTest reads each into the type that it is of. */
final class Examples {
    static final String RUN = """
            {"namespace": "shop", "name": "migrate-8c1f0a2b3d", "hook": "migrate", "application": "argocd/shop",
             "revisions": ["0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"], "event": "upgrade", "phase": "Failed", "reason": "MigrationFailed",
             "message": "MigrationFailed: the migration ended with exit code 1 in its only attempt. Mend the migration and push a new commit: Argo CD does not sync the same commit again by itself. Last log lines: NotNullViolation: column \\"sku\\" contains null values",
             "created": "2026-01-01T00:00:00Z", "started": "2026-01-01T00:00:01Z", "ended": "2026-01-01T00:00:09Z",
             "log": "Applying catalog.0003_require_sku..\\nNotNullViolation: column \\"sku\\" contains null values"}""";

    static final String MIGRATED = """
            {"namespace": "argocd", "name": "shop", "status": "migrated", "revisions": ["0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"],
             "hooks": [{"namespace": "shop", "name": "migrate-8c1f0a2b3d", "hook": "migrate", "application": "argocd/shop",
              "revisions": ["0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"], "event": "upgrade", "phase": "Succeeded", "reason": "Migrated",
              "created": "2026-01-01T00:00:00Z", "started": "2026-01-01T00:00:01Z", "ended": "2026-01-01T00:00:09Z"}]}""";

    static final String RELEASED = """
            {"revision": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "status": "migrated", "applications": [
             {"namespace": "argocd", "name": "shop", "status": "migrated", "revisions": ["0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"],
              "hooks": []}]}""";

    static final String FAILED = """
            {"type": "about:blank", "title": "Migration failed", "status": 424, "reason": "MigrationFailed",
             "detail": "Application argocd/shop: MigrationFailed: the migration ended with exit code 1 in its only attempt. Mend the migration and push a new commit: Argo CD does not sync the same commit again by itself.",
             "applications": [{"namespace": "argocd", "name": "shop", "status": "failed", "reason": "MigrationFailed", "revisions": [], "hooks": []}]}""";

    private Examples() {}
}
