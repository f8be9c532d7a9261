// Training, its exact inverse, forgetting. What a lesson did to each feature is one Lesson, the same for all
// of them: who keeps it (token_store, by message digest) can take it back exactly, as long as the tokens are
// the same.
#pragma once

#include <span>

#include "bayes/classify.hpp"

namespace scop::bayes {

// What training `features` as spam or ham would add to `table`, given what all tables say now; `under` are
// the more general tables, the table itself not among them.
Lesson plan_lesson(const Features& features, std::span<const Table* const> under, const Table& table,
                   bool spam);

void apply(Table& table, const Features& features, const Lesson& lesson, Day today);
void undo(Table& table, const Features& features, const Lesson& lesson);

// Features last trained before `oldest` go; then, over the table's bound, the rarest and oldest. Returns the
// keys that went.
std::vector<Key> forget(Table& table, Day oldest);

}  // namespace scop::bayes
