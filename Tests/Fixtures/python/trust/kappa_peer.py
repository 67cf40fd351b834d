"""scikit-learn's Cohen's kappa: JSON in, JSON out."""
import json
import sys

from sklearn.metrics import cohen_kappa_score

asked = json.load(sys.stdin)
json.dump({"kappa": cohen_kappa_score(asked["one"], asked["other"])}, sys.stdout)
