FROM rockylinux:9.4
RUN yum -y update && yum clean all
