package io.wavegate.lab;

import java.util.Locale;

/** Where the ways differ, and why. {@code docs/helm-semantics.md} has each of them. */
enum Difference {
    TODO_ARGO(Between.HELM_AND_ARGO_CD, "todo", "todo"),
    TODO_W(Between.ARGO_CD_ALONE_AND_WITH_WAVEGATE, "todo w", "todo"),
    TODO_H(Between.HELM_ALONE_AND_WITH_WAVEGATE, "todo h", "todo");

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
