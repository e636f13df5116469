/** Tests of how Argo CD's fields are read. */
@NullMarked
package io.wavegate.argocd;

import org.jspecify.annotations.NullMarked;
