"""The shared process hub: process models and service designs of cooperating cities."""
