package io.wavegate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.wavegate.api.Options;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabasesTest {
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
        # the hook's namespace, its name, what it asks for, its key
        shop,    migrate, -,           shop/migrate
        shop,    migrate, orders,      shop/orders
        shop,    migrate, shop/orders, shop/orders
        billing, migrate, orders,      billing/orders
        billing, migrate, shop/orders, shop/orders
        """)
    void aKeyBelongsToANamespace(String namespace, String name, @Nullable String asked, String key) {
        assertThat(new Databases(List.of()).key(hook(namespace, name), options(asked)))
                .isEqualTo(key);
    }

    @Test
    void hooksOfOneGeneratedNameShareAKey() {
        var first = new ObjectMetaBuilder(hook("shop", "migrate-abc"))
                .withGenerateName("migrate-")
                .build();
        var second = new ObjectMetaBuilder(hook("shop", "migrate-def"))
                .withGenerateName("migrate-")
                .build();
        var databases = new Databases(List.of());
        assertThat(databases.key(first, Options.NONE))
                .isEqualTo(databases.key(second, Options.NONE))
                .isEqualTo("shop/migrate");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
        # what is granted,      the hook's namespace, what it asks for, whether it may
        -,                      shop,                 orders,           yes
        -,                      shop,                 shop/orders,      yes
        -,                      billing,              shop/orders,      no
        shop/orders=billing,    billing,              shop/orders,      yes
        shop/orders=billing,    reports,              shop/orders,      no
        shop/orders=billing,    billing,              shop/users,       no
        billing/orders=billing, billing,              shop/orders,      no
        """)
    void aKeyOfAnotherNamespaceMustBeGranted(@Nullable String granted, String namespace, String asked, String may) {
        var refusal = new Databases(granted == null ? List.of() : List.of(granted))
                .refusal(hook(namespace, "migrate"), options(asked));
        if (may.equals("yes")) {
            assertThat(refusal).isEmpty();
        } else {
            assertThat(refusal.orElseThrow())
                    .contains("annotation wavegate.io/database is '" + asked + "'")
                    .endsWith("an administrator can add " + asked + "=" + namespace + " to WAVEGATE_DATABASE_GRANTS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "orders=billing", "shop/orders", "shop/orders=", "shop/orders=a/b", "shop/orders=a=b"})
    void aGrantThatCanNotBeReadIsNamed(String grant) {
        assertThatThrownBy(() -> new Databases(List.of("shop/users=billing", grant)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("WAVEGATE_DATABASE_GRANTS has '" + grant + "': a grant is <namespace>/<key>=");
    }

    private static ObjectMeta hook(String namespace, String name) {
        return new ObjectMetaBuilder().withNamespace(namespace).withName(name).build();
    }

    private static Options options(@Nullable String database) {
        return new Options(database, null, null, null, null, null, null, null, null);
    }
}
