FROM debian:12-slim
RUN if [-f /x ]; then make; fi
