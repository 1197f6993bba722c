#!/bin/sh
# kustomize starts functions without arguments.
exec oneprocpool export k8s -f -
