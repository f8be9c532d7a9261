// scop train and scop classify over a database file of their own, without a mesh.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bayes/classify.hpp"
#include "scop/context.hpp"

namespace scop::command {

struct TrainOptions {
  std::vector<std::string> ham;
  std::vector<std::string> spam;
  std::filesystem::path database;  // empty: the mesh's spamfilter is taught
  std::string user;                // address or domain whose own table it is; empty: the shared one
  bool unlearn = false;
  unsigned passes = 3;
};

struct ClassifyOptions {
  std::vector<std::string> places;
  std::filesystem::path database;  // empty: the mesh's spamfilter is asked
  std::string user;
  bayes::Thresholds thresholds;
};

// Teaches the running filter by its pipe.
int train_mesh(const Context& context, const TrainOptions& options);
// The running filter's own database, for who may read it.
std::filesystem::path tokens_of_mesh(const Context& context);
int train_database(const Context& context, const TrainOptions& options);
int classify_by_database(const Context& context, const ClassifyOptions& options);

}  // namespace scop::command
