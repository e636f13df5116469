package io.wavegate.flyway;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.flywaydb.core.internal.configuration.models.ConfigurationModel;
import org.flywaydb.core.internal.configuration.models.EnvironmentModel;
import org.flywaydb.core.internal.configuration.models.FlywayEnvironmentModel;
import org.flywaydb.core.internal.configuration.models.FlywayModel;
import org.flywaydb.core.internal.configuration.models.PropertyResolver;

/**
 * What Flyway uses by reflection, which a native executable has only where it is named: what it reads {@code flyway.toml} into, and
 * PostgreSQL's {@code COPY ... FROM STDIN}.
 */
@RegisterForReflection(
        targets = {
            ConfigurationModel.class,
            EnvironmentModel.class,
            FlywayEnvironmentModel.class,
            FlywayModel.class,
            PropertyResolver.class
        },
        classNames = {
            "org.flywaydb.database.postgresql.TransactionalModel",
            "org.postgresql.copy.CopyManager",
            "org.postgresql.core.BaseConnection"
        })
final class Reflected {
    private Reflected() {}
}
