"""Pages of products, codes and prices."""
