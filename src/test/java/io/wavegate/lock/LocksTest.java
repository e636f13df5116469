package io.wavegate.lock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocksTest {
    @Test
    void theNameOfALeaseShowsItsDatabase() {
        assertThat(Locks.name("shop/orders")).matches("wavegate-lock-shop-orders-[0-9a-f]{10}");
        assertThat(Locks.name("shop/Orders_2.main")).matches("wavegate-lock-shop-orders-2-main-[0-9a-f]{10}");
    }

    @Test
    void differentKeysHaveDifferentNamesHoweverAlikeTheyLook() {
        assertThat(Locks.name("shop/orders-eu")).isNotEqualTo(Locks.name("shop-orders/eu"));
        assertThat(Locks.name("shop/orders")).isNotEqualTo(Locks.name("shop/Orders"));
    }

    @Test
    void aLongKeyIsCut() {
        assertThat(Locks.name("shop/" + "o".repeat(253)))
                .hasSizeLessThanOrEqualTo(63)
                .startsWith("wavegate-lock-shop-oo");
    }
}
