FROM rockylinux:9.4
RUN dnf install -y httpd-2.4 && dnf clean all
