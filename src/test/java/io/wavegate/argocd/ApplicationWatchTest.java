package io.wavegate.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.wavegate.api.ApplicationName;
import io.wavegate.api.WavegateConfig;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of an Application when our own write and the watch tell of it in either order. */
class ApplicationWatchTest {
    private static final ApplicationName SHOP = new ApplicationName("argocd", "shop");

    private final List<ApplicationName> heard = new ArrayList<>();
    private final ApplicationWatch watch = watch();

    @BeforeEach
    void listen() {
        watch.listen(heard::add);
    }

    @Test
    void aWriteIsKnownBeforeTheWatchBringsIt() {
        WatchedApplication read = taken("uid", "1");
        watch.written(read, application("uid", "2"));
        assertThat(known()).contains("uid 2");
        assertThat(heard).hasSize(2);
        taken("uid", "2");
        assertThat(heard).as("what was known").hasSize(2);
    }

    @Test
    void whatIsGoneDoesNotComeBackWithAWrite() {
        WatchedApplication read = taken("uid", "1");
        watch.forget(SHOP);
        watch.written(read, application("uid", "2"));
        assertThat(known()).isEmpty();
    }

    @Test
    void whatTheWatchHasBroughtMeanwhileStands() {
        WatchedApplication read = taken("uid", "1");
        taken("uid", "3");
        watch.written(read, application("uid", "2"));
        assertThat(known()).contains("uid 3");
        taken("another", "4");
        watch.written(read, application("uid", "2"));
        assertThat(known()).contains("another 4");
    }

    private WatchedApplication taken(String uid, String version) {
        watch.take(application(uid, version));
        return watch.find(SHOP).orElseThrow();
    }

    private Optional<String> known() {
        return watch.find(SHOP).map(application -> application.uid() + " " + application.resourceVersion());
    }

    private static GenericKubernetesResource application(String uid, String version) {
        var application = new GenericKubernetesResource();
        application.setMetadata(new ObjectMetaBuilder()
                .withNamespace(SHOP.namespace())
                .withName(SHOP.name())
                .withUid(uid)
                .withResourceVersion(version)
                .build());
        return application;
    }

    /** In this cluster, and without a client: nothing is asked. */
    private static ApplicationWatch watch() {
        var config = proxy(WavegateConfig.class);
        var hub = new Hub(config, new KubernetesSerialization());
        return new ApplicationWatch(new Applications(proxy(KubernetesClient.class), hub, config));
    }

    private static <T> T proxy(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> Optional.empty()));
    }
}
