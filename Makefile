# make help is the menu. Maven goals go through ./mvnw; the cluster of the tests and the demo is lab/lab.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The lab's programs, where somebody has built them already; without it lab/lab builds them once.
export LAB_BIN ?= $(abspath $(wildcard ../shared/lab/bin))

# A cluster of one's own only when it is named on the command line: make demo KUBECONFIG=... . In many a shell KUBECONFIG names
# a cluster of production, and nobody who types "make demo" or "make test" means that one.
ifeq ($(origin KUBECONFIG),command line)
export DEMO_KUBECONFIG := $(abspath $(KUBECONFIG))
endif
unexport KUBECONFIG

# What the lab suite tests: Wavegate as it is installed, from an image of the native executable, where that is there and current or
# GraalVM is there to build it; else, and with CONTROLLER=jvm, a process of the JVM build.
graalvm := $(wildcard ../shared/toolchain/graalvm-25-linux-amd64.tar.xz)
java25 := $(firstword $(wildcard /usr/lib/jvm/*25*) $(GRAALVM_HOME) $(wildcard $(HOME)/.cache/wavegate-graalvm))
sources := pom.xml $(shell find src/main -type f)
current := $(shell [ -x target/wavegate-runner ] && [ -z "$$(find $(sources) -newer target/wavegate-runner -print -quit)" ] && echo yes)
ifeq ($(CONTROLLER),jvm)
as_process := CONTROLLER=jvm
else ifeq ($(GRAALVM_HOME)$(graalvm)$(current),)
as_process := There is no current target/wavegate-runner and no GraalVM to build it (GRAALVM_HOME is not set)
endif
executable := $(if $(as_process),,-Dwavegate.executable=target/wavegate-runner)

# A suite on the cluster: its arguments are Maven's. What fails leaves the state of the cluster behind.
define suite
@./mvnw $(executable) $(1) verify || { lab/lab dump target/lab/cluster; exit 1; }
endef

.PHONY: help
help: ## this menu
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo 'demo and the tests use the lab, a real Kubernetes and Argo CD on this machine (Debian, root); KUBECONFIG of the'
	@echo 'environment is not looked at. For a cluster of your own that has Argo CD: make demo KUBECONFIG=/path/to/kubeconfig'
	@echo 'KEEP=1 leaves what the demo made; CONTROLLER=jvm runs the JVM build beside the cluster instead of installing Wavegate.'

.PHONY: demo
demo: ## install Wavegate and release a Django shop five times from Git by Argo CD, once with a broken migration and once without one
	@examples/django-shop/demo

.PHONY: docs
docs: ## type every command of the documentation, on the shop that the demo leaves, uninstall last
	@examples/django-shop/demo stands || KEEP=1 examples/django-shop/demo
	@docs/run
	@examples/django-shop/demo clean

.PHONY: test
test: lab-up under-test ## all tests: unit tests, then the lab suite against the real cluster
	$(call suite)

.PHONY: test-unit
test-unit: ## the tests that need no cluster
	./mvnw test

.PHONY: test-lab
test-lab: lab-up under-test ## the lab suite alone; TEST=ReleaseIT: one class of it; CONTROLLER=jvm: on the JVM build
	$(call suite,-DskipUnitTests $(if $(TEST),-Dit.test=$(TEST)))

# On Java 25: 17 can not redefine a record with annotated components, and each change of one would count as noticed (hcoles/pitest#1285).
.PHONY: mutation
mutation: ## changes the decisions one by one (PIT): a test has to notice nine of ten; target/pit-reports/index.html has the others
	@[ -n "$(java25)" ] || { echo 'There is no Java 25 here: neither /usr/lib/jvm/*25* nor a GraalVM.' >&2; exit 1; }
	JAVA_HOME=$(java25) ./mvnw -Pmutation test-compile org.pitest:pitest-maven:mutationCoverage

.PHONY: test-alerts
test-alerts: ## the alerts of manifests/monitoring, against time series, by promtool (Debian's package prometheus)
	@command -v promtool >/dev/null || { echo 'The test of the alerts needs promtool: apt-get install --no-install-recommends prometheus' >&2; exit 1; }
	@rm -rf target/alerts; mkdir -p target/alerts; cp manifests/monitoring/tests/*.yaml target/alerts
	@sed -e '1,/^spec:/d' -e 's/^  //' manifests/monitoring/alerts.yaml >target/alerts/rules.yaml
	@{ printf 'groups:\n- name: dashboard\n  rules:\n'; \
	  grep -oP '"expr": \K"([^"\\]|\\.)*"' manifests/monitoring/dashboard.json | sed -e 's/$$__rate_interval/5m/g' -e 's/$$namespace/shop/g' | \
	  awk '{print "  - {record: panel" NR ", expr: " $$0 "}"}'; } >target/alerts/dashboard.yaml   # only for its syntax to be checked
	@promtool check rules target/alerts/rules.yaml target/alerts/dashboard.yaml && promtool test rules target/alerts/alerts.yaml

.PHONY: test-helm
test-helm: lab-up under-test ## what Helm does with hooks, and what Argo CD and Wavegate do: docs/helm-semantics.md
	$(call suite,-DskipUnitTests -Dit.test=HelmIT)

.PHONY: test-crashes
test-crashes: lab-up under-test ## kill the controller at each of its writes, and with 200 runs in flight
	$(call suite,-DskipUnitTests -Dit.test=CrashIT)

.PHONY: test-outages
test-outages: lab-up under-test ## take away the API server, etcd, Argo CD, the kubelet and the node while migrations run
	$(call suite,-DskipUnitTests -Dit.test=OutageIT)

.PHONY: test-told
test-told: lab-up under-test ## what is told of migrations: Applications marked, API, metrics, notifications, and that no forged hook is
	$(call suite,-DskipUnitTests '-Dit.test=ApiIT,FenceIT,HubIT,Marker*IT,NotificationsIT,SkippedIT,TenantsIT,WaitersIT')

.PHONY: test-engine
test-engine: $(if $(as_process),package,target/wavegate-runner) ## the built-in engine beside the Flyway command line, on real PostgreSQL and MariaDB; no cluster
	./mvnw $(executable) -DskipUnitTests -Dit.test='Engine*IT' verify

.PHONY: chaos
chaos: lab-up under-test ## kill the controller at random moments until 1,000 runs were in flight at a kill
	$(call suite,-DskipUnitTests -Dit.test=CrashIT -Dwavegate.chaos.kills=1000)

.PHONY: bench
bench: lab-up ## 100 Applications released at once, with plain hook Jobs and with Wavegate's (JVM build), and the requests of one migration
	@./mvnw -DskipUnitTests -Dit.test=ReleasesBench verify

.PHONY: bench-instead
bench-instead: lab-up ## a migration by start script, init container, Argo CD hook and Wavegate: how often it runs and who is told (JVM build)
	@./mvnw -DskipUnitTests -Dit.test=InsteadBench verify

.PHONY: bench-engine
bench-engine: $(if $(as_process),package,target/wavegate-runner) ## time and memory of the built-in engine beside the Flyway command line's
	@./mvnw $(executable) -DskipUnitTests -Dit.test=EngineBench verify

.PHONY: under-test
under-test: $(if $(as_process),,image)
	@echo '$(if $(as_process),$(as_process): the lab suite runs Wavegate as a process of the JVM build and leaves out what only an installation has.,The lab suite runs Wavegate as it is installed: the image of target/wavegate-runner by manifests/.)'

.PHONY: package
package: ## the JVM build: target/quarkus-app/quarkus-run.jar
	./mvnw -Dmaven.test.skip package

.PHONY: native
native: ## the native executable: target/wavegate-runner (GraalVM 25 at GRAALVM_HOME)
	@home='$(GRAALVM_HOME)'; packed='$(graalvm)'; unpacked="$${XDG_CACHE_HOME:-$$HOME/.cache}/wavegate-graalvm"; \
	if [ -z "$$home" ] && [ -n "$$packed" ]; then \
	  [ -x "$$unpacked/bin/native-image" ] || { echo "unpacking $$packed"; rm -rf "$$unpacked.tmp"; mkdir -p "$$unpacked.tmp"; tar -xJf "$$packed" -C "$$unpacked.tmp" --strip-components=1; rm -rf "$$unpacked"; mv "$$unpacked.tmp" "$$unpacked"; }; \
	  home=$$unpacked; \
	fi; \
	[ -n "$$home" ] || { echo 'The native build needs GraalVM 25, and GRAALVM_HOME is not set: let it name a GraalVM (GRAALVM_HOME=/opt/graalvm make native), or use the JVM build: make package.' >&2; exit 1; }; \
	[ -x "$$home/bin/native-image" ] || { echo "GRAALVM_HOME=$$home has no bin/native-image: let it name a GraalVM 25 or later." >&2; exit 1; }; \
	echo "GRAALVM_HOME=$$home ./mvnw -Pnative -Dmaven.test.skip package"; GRAALVM_HOME="$$home" ./mvnw -Pnative -Dmaven.test.skip package

target/wavegate-runner: $(sources)
	$(MAKE) native

.PHONY: image
image: lab-up target/wavegate-runner ## the controller's image wavegate:latest, made without Docker and loaded into the lab
	@rm -rf target/image; mkdir -p -m 1777 target/image/tmp; mkdir -p target/image/flyway/{conf,sql}; install -m 755 target/wavegate-runner target/image/wavegate
	@ldd target/wavegate-runner | grep -o '/[^ ]*' | xargs cp --parents -L -t target/image
	@lab/lab import target/image wavegate:latest '["/wavegate"]' '"User":"10001","WorkingDir":"/flyway"'

.PHONY: format
format: ## write the sources as Spotless wants them
	./mvnw -q spotless:apply

.PHONY: generate
generate: ## write what is made from the code: manifests/crds, docs/options.md, docs/reasons.md
	./mvnw -q -Dtest=CrdTest,ReferenceTest -Dwavegate.generate=true test

.PHONY: generate-helm
generate-helm: lab-up under-test ## write docs/helm-semantics.md: what Helm, Argo CD, and Argo CD with Wavegate do with the same charts, as the lab suite sees it
	./mvnw -DskipUnitTests $(executable) -Dit.test=HelmIT -Dwavegate.generate=true verify

.PHONY: verify
verify: ## what a reviewer would send back: format, and generated files that are not current
	./mvnw -q spotless:check
	$(MAKE) --no-print-directory generate
	@git diff --exit-code --stat -- manifests docs || { echo 'manifests/ or docs/ was not what the code says; make generate has written it anew: commit it.' >&2; exit 1; }

.PHONY: lab-up
lab-up: ## start the lab, what of it does not run
	@lab/lab up

.PHONY: lab-down
lab-down: ## stop the lab and undo it
	@lab/lab down

.PHONY: lab-status
lab-status: ## what of the lab runs
	@lab/lab status
