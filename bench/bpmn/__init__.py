"""Measure the BPMN engine side by side with what others use."""
