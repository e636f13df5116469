# The controller, which is the engine too: the native executable and the two libraries that it loads. First: make native
FROM debian:12-slim AS libraries
RUN mkdir -p /root-fs/tmp /root-fs/flyway/conf /root-fs/flyway/sql && chmod 1777 /root-fs/tmp \
 && cp --parents -L /lib/x86_64-linux-gnu/libc.so.6 /lib/x86_64-linux-gnu/libz.so.1 /lib64/ld-linux-x86-64.so.2 /root-fs/

FROM scratch
COPY --from=libraries /root-fs/ /
COPY --chmod=755 target/wavegate-runner /wavegate
USER 10001
# Where Flyway's own image has its files.
WORKDIR /flyway
EXPOSE 8080
ENTRYPOINT ["/wavegate"]
