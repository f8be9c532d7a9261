// Training, its exact inverse, forgetting. What training did to each feature of a message is one Lesson, the
// same for all of them: who keeps it (token_store, by the message's digest) can take it back exactly, as long
// as the tokens are the same and none was forgotten between.
#pragma once

#include <span>
#include <vector>

#include "bayes/classify.hpp"

namespace scop::bayes {

// By how much each group's weights should move so that it tells the message right, given what all tables say
// now: an online step of logistic regression. `under` are the more general tables, `table` itself not among
// them. 0: the group tells it right already.
Steps plan_steps(const Features& features, std::span<const Table* const> under, const Table& table,
                 bool spam);

// Counts the message and moves the weights.
void apply(Table& table, const Features& features, const Lesson& lesson, Day today);
// A further pass over a message that is counted already: the weights alone.
void add_steps(Table& table, const Features& features, const Steps& steps);
void undo(Table& table, const Features& features, const Lesson& lesson);

// Features last trained before `oldest` go; then, over the table's bound, the rarest and oldest. Returns the
// keys that went.
std::vector<Key> forget(Table& table, Day oldest);

}  // namespace scop::bayes
