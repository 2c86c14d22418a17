"""Devices and backends to train on."""
