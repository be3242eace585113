FROM rockylinux:9.4
RUN source /x && make
