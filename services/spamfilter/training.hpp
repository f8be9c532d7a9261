// Spamfilter.Train: one message taught as ham or spam, or taken back.
#pragma once

#include "pipe/server.hpp"
#include "spamfilter/desk.hpp"

namespace scop::spamfilter {

class Training {
 public:
  explicit Training(Desk& desk) : desk_(desk) {}
  Task<pipe::Result<v1::TrainReply>> train(pipe::Call call, pipe::Incoming<v1::TrainPart>& parts);

 private:
  Task<pipe::Result<v1::TrainReply>> teach(std::string caller, Lesson lesson, const Gathered& gathered);
  Desk& desk_;
  std::size_t under_way_ = 0;
};

// Whose model a caller may teach: the operator any, everyone else a user's.
pipe::Result<Lesson> lesson_of(const v1::TrainHead& head, std::string_view caller,
                               std::string_view separator);

}  // namespace scop::spamfilter
