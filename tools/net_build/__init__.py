"""How the encoder of reading is fitted: questions, model, training, and what an answer weighs."""
