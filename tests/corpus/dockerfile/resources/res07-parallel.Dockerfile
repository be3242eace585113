FROM debian:12-slim
RUN ./configure && make -j"$(nproc)" && make install && cmake --build . --parallel 4
