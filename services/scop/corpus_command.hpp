// What the commands below `scop corpus` share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "scop/context.hpp"

namespace scop::command {

struct CorpusOptions {
  std::uint64_t count = 1'000;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::filesystem::path folder;
  std::filesystem::path mbox;
  bool stream = false;
  unsigned jobs = 0;
  std::filesystem::path state;
  std::string plant;  // a fault, so that the proof can be seen to fail
  std::string parser;
};

int generate_corpus(const Context& context, const CorpusOptions& options);
int prove_corpus(const Context& context, const CorpusOptions& options);
int score_corpus(const Context& context, const CorpusOptions& options);

}  // namespace scop::command
