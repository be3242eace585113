FROM alpine:3.22
RUN git clone -b v1.2.3 https://example.com/x.git && wget -q https://example.com/releases/download/v1.2.3/x
RUN git clone https://example.com/y.git && git -C y checkout 0a1b2c3d4e5f
