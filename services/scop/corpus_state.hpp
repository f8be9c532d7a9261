// What a proof has done already, so that one that was interrupted, by kill -9 too, goes on there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "scop/corpus_proof.hpp"

namespace scop::command {

// A file of lines: the first says which proof (seed and program: another build has proved nothing), each
// other one what a block gave.
class ProofState {
 public:
  // An empty path: nothing is remembered. Of another proof: begun anew.
  ProofState(std::filesystem::path file, std::uint64_t seed);

  const Tally* done(std::uint64_t first) const;
  void note(std::uint64_t first, const Tally& tally);
  bool was_of_another_proof() const { return other_; }

 private:
  void read(const std::string& head);
  std::filesystem::path file_;
  std::map<std::uint64_t, Tally> done_;
  bool other_ = false;
};

}  // namespace scop::command
