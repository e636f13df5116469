package io.wavegate.loop;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;

/** The clock that everything takes by injection. */
@Dependent
class SystemClock {
    @Produces
    Clock clock() {
        return Clock.systemUTC();
    }
}
