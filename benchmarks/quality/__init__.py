"""The quality gate: pages made from truth, what came out of them, and floors that never fall by themselves."""
