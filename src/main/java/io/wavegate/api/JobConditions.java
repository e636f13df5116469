package io.wavegate.api;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.util.List;
import java.util.stream.Stream;

/** The conditions of a Job that hold, by the names that Kubernetes has for them (kubernetes pkg/apis/batch/types.go). */
public final class JobConditions {
    /** It has ended with success. */
    public static final String COMPLETE = "Complete";
    /** It has ended otherwise. */
    public static final String FAILED = "Failed";
    /** It is to fail, once its pods are gone. */
    public static final String FAILURE_TARGET = "FailureTarget";
    /** It is to be complete, once its pods are gone. */
    public static final String SUCCESS_CRITERIA_MET = "SuccessCriteriaMet";
    /** It waits to be resumed. */
    public static final String SUSPENDED = "Suspended";

    private JobConditions() {}

    /** Those of these types. */
    public static Stream<JobCondition> of(Job job, String... types) {
        return job.getStatus() == null || job.getStatus().getConditions() == null
                ? Stream.empty()
                : job.getStatus().getConditions().stream()
                        .filter(condition -> "True".equals(condition.getStatus())
                                && List.of(types).contains(condition.getType()));
    }

    /** Whether one of these types is there. */
    public static boolean has(Job job, String... types) {
        return of(job, types).findAny().isPresent();
    }

    /** Whether it has a terminal one. */
    public static boolean haveEnded(Job job) {
        return has(job, COMPLETE, FAILED);
    }
}
