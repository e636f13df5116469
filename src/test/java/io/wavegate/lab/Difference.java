package io.wavegate.lab;

import java.util.Locale;

/** Where the ways differ, and why. {@code docs/helm-semantics.md} has each of them. */
enum Difference {
    ONE_PHASE(
            Between.HELM_AND_ARGO_CD,
            "Install and upgrade are one",
            "Argo CD makes one phase, PreSync, of `pre-install` and `pre-upgrade`, and PostSync of `post-install` and `post-upgrade`:"
                    + " each sync runs them all, an install the hooks for upgrades too."),
    TOLD_APART(
            Between.ARGO_CD_ALONE_AND_WITH_WAVEGATE,
            "Install, upgrade and rollback are told apart",
            "Wavegate finds out what a sync is and leaves out the hook Jobs that are for another event, as Helm does; where that is"
                    + " not certain they run. Their message says why. [How](events.md)."),
    SIDE_BY_SIDE(
            Between.HELM_AND_ARGO_CD,
            "Equal weights run side by side",
            "Helm runs one hook after the other, those of one weight in the order of their names, and ends at the first that fails. To"
                    + " Argo CD a weight is a sync wave: it starts all hooks of one weight at once and goes on when all have ended, and"
                    + " Wavegate leaves it at that. Give hooks that need each other weights. Those that only must not run at the same"
                    + " time get [one database](one-migration-at-a-time.md)."),
    TWO_FAMILIES(
            Between.HELM_AND_ARGO_CD,
            "The annotation of Argo CD wins",
            "Of a Job that has both families Argo CD reads its own annotation and not Helm's, and Helm knows only its own: one run in"
                    + " each case, at the time that the tool's own family says."),
    NO_ROLLBACK(
            Between.HELM_AND_ARGO_CD,
            "No hooks for rollbacks",
            "Helm runs `pre-rollback` and `post-rollback` as the release that it goes back to has them. Argo CD never applies them: a"
                    + " sync back to an earlier revision runs the PreSync and PostSync hooks of that revision. A hook of Argo CD's"
                    + " phases that is for rollbacks alone is one with [`wavegate.io/on: pre-rollback`](events.md#rollback)."),
    NO_TEST(Between.HELM_AND_ARGO_CD, "No tests", "Argo CD has no `helm test`, and never applies hooks for it."),
    RETRIED(
            Between.HELM_AND_ARGO_CD,
            "A failed sync is repeated",
            "Helm fails once. Argo CD repeats an automated sync that has failed, five times where the Application says nothing else,"
                    + " and creates each hook Job anew."),
    ONCE(
            Between.ARGO_CD_ALONE_AND_WITH_WAVEGATE,
            "A retry runs nothing again",
            "Wavegate answers the hook Jobs of a retry from the first try: what has succeeded as `AlreadyMigrated`, what has failed as"
                    + " `AlreadyFailed`, which Helm's users have without it. A new commit or a sync by hand runs them."),
    NO_POD(
            Between.ARGO_CD_ALONE_AND_WITH_WAVEGATE,
            "Hook Jobs without a pod",
            "A hook Job that is left out or answered from an earlier run is there, as Argo CD has created it, and no pod belongs to"
                    + " it."),
    FAILED_POD(
            Between.ARGO_CD_ALONE_AND_WITH_WAVEGATE,
            "The pod that failed stays",
            "Argo CD's retry deletes the failed hook Job, and with a plain one its pod and log. Wavegate keeps them, with the Job that"
                    + " ran, until the next run of the hook, or until `hook-failed` or a time to live says otherwise. What has"
                    + " succeeded goes with its hook Job."),
    WHOLE_SYNC(
            Between.HELM_AND_ARGO_CD,
            "Delete policies look at the whole sync",
            "To Helm `hook-succeeded` and `hook-failed` are about the hook itself. To Argo CD they are about the sync: what succeeded in"
                    + " a sync that failed stays, and what a failed sync could not even apply goes by `hook-failed`, so that the"
                    + " next sync finds the name free."),
    PART_OF_THE_APPLICATION(
            Between.HELM_AND_ARGO_CD,
            "Hooks go with the Application",
            "Hooks are no part of a Helm release, and `helm uninstall` leaves what their policies have left. Argo CD deletes them with"
                    + " the Application, all but the `post-delete` ones, and with Wavegate the Jobs and pods that ran go as well,"
                    + " but for those of a migration that failed. The records stay: they go with the namespace, or by `kubectl"
                    + " delete mrun`."),
    HOOKS_OF_GIT(
            Between.HELM_AND_ARGO_CD,
            "Hooks of a deletion come from Git",
            "Helm runs the `pre-delete` and `post-delete` hooks of the release that is deployed. Argo CD takes them from where the"
                    + " Application points to in Git, here v2, whichever revision it has synced last. Argo CD 3.5 now and then takes one"
                    + " for done that it has just created, and deletes it (argoproj/argo-cd#29100), a plain Job as well as Wavegate's,"
                    + " whose record is `Aborted` then."),
    OTHER_WORDS(
            Between.HELM_AND_ARGO_CD,
            "Each tool has its own words",
            "Helm prints a sentence and ends with exit code 1; of a Job that failed it says how many pods did. Argo CD shows the"
                    + " operation's phase and message, and beside each hook the message of its Job."),
    REASON(
            Between.ARGO_CD_ALONE_AND_WITH_WAVEGATE,
            "The message says why",
            "Wavegate's Jobs end with a message that has the [reason](reasons.md), what to do, and the last lines of the log. Helm does"
                    + " not print the message of a Job: there `kubectl get mrun` has it."),
    LOG_POLICY(
            Between.HELM_AND_ARGO_CD,
            "Argo CD puts out no logs",
            "Argo CD does not know `helm.sh/hook-output-log-policy`; its page shows the log of a hook while the pod is there."),
    GOING(
            Between.HELM_AND_ARGO_CD,
            "Argo CD waits for pods that are going",
            "Helm deletes the hook Job of the run before and waits until the Job is gone, not its pods: a migration that is still ending"
                    + " has the next one beside it. Argo CD deletes in the foreground, and waits for the pods."),
    NEVER_TWO(
            Between.HELM_ALONE_AND_WITH_WAVEGATE,
            "Never two migrations at once",
            "Helm starts the next run while the pod of the one that it gave up is still ending. With Wavegate the next run waits for the"
                    + " lock of the database, which is free when that pod has ended."),
    DELETED(
            Between.HELM_AND_ARGO_CD,
            "A hook Job that is deleted is held",
            "Helm waits for the Job that is gone until its timeout. Argo CD's finalizer holds a Job that somebody deletes: it is marked as"
                    + " deleted, the pod runs on to its end, Kubernetes does not write the outcome of such a Job any more, and the"
                    + " sync waits until somebody terminates it."),
    STOPPED(
            Between.ARGO_CD_ALONE_AND_WITH_WAVEGATE,
            "Deleting the hook Job stops the migration",
            "Whoever deletes a hook Job that runs wants it stopped: Wavegate stops it, the verdict is `Aborted`, and the sync fails"
                    + " instead of waiting for ever."),
    GENERATED_NAME(
            Between.HELM_AND_ARGO_CD,
            "Only Argo CD generates names",
            "Helm refuses a hook without a name. Argo CD makes a name of the revision and the time, and `before-hook-creation` never"
                    + " finds the Job of the sync before: they add up, unless `hook-succeeded` or `hook-failed` takes them."),
    GENERATED_POD(
            Between.ARGO_CD_ALONE_AND_WITH_WAVEGATE,
            "Generated names are one hook",
            "To Wavegate hook Jobs of one `generateName` are one hook: `before-hook-creation` deletes the Job that ran for the sync"
                    + " before, and its pod. The hook Jobs are Argo CD's, and stay.");

    /** Two ways that differ. */
    enum Between {
        HELM_AND_ARGO_CD(Way.HELM, Way.ARGO_CD),
        ARGO_CD_ALONE_AND_WITH_WAVEGATE(Way.ARGO_CD, Way.ARGO_CD_WITH_WAVEGATE),
        HELM_ALONE_AND_WITH_WAVEGATE(Way.HELM, Way.HELM_WITH_WAVEGATE);

        private final Way one;
        private final Way other;

        Between(Way one, Way other) {
            this.one = one;
            this.other = other;
        }

        Way one() {
            return one;
        }

        Way other() {
            return other;
        }
    }

    private final Between between;
    private final String title;
    private final String explanation;

    Difference(Between between, String title, String explanation) {
        this.between = between;
        this.title = title;
        this.explanation = explanation;
    }

    Between between() {
        return between;
    }

    String title() {
        return title;
    }

    /** Where the page explains it, as Markdown makes it of a heading. */
    String anchor() {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    String explanation() {
        return explanation;
    }
}
