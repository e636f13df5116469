/** Tests of what {@code kubectl apply -k manifests} installs. */
@NullMarked
package io.wavegate.install;

import org.jspecify.annotations.NullMarked;
