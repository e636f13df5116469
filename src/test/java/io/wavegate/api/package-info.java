/** Tests of what is stored in the cluster, and the generator of {@code manifests/crds}. */
@NullMarked
package io.wavegate.api;

import org.jspecify.annotations.NullMarked;
