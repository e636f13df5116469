package io.wavegate.loop;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;

/**
 * Leaves the operator SDK's own meters out. JOSDK 5.3.2 registers {@code events.received} with different tags for primary and secondary
 * events; Prometheus refuses that, the exception escapes into the informer's handler, and the event is lost (facts: stack.md, pitfall 1).
 * What of it is of use, {@link Submitted} takes, for {@code wavegate_loop_queue}.
 */
@Singleton
class JosdkMeters implements MeterFilter {
    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return id.getName().startsWith("operator.sdk.")
                        || id.getName().startsWith("events.")
                        || id.getName().startsWith("reconciliations.")
                ? MeterFilterReply.DENY
                : MeterFilterReply.NEUTRAL;
    }
}
