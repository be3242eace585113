FROM rockylinux:9.4
RUN yum install -y httpd-2.4
