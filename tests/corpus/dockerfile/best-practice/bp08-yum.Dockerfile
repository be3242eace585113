FROM rockylinux:9.4
RUN yum install httpd && yum clean all
