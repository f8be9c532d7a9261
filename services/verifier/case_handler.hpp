// The judge's side: holds an Inquiry for every message under way and answers the keeper's requests
// (scop.v1.CaseRequest). Runs in a process of its own that has one socket and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "scop/v1/case.pb.h"
#include "verify/inquiry.hpp"

namespace scop::verifier {

class CaseHandler {
 public:
  explicit CaseHandler(verify::Policy policy) : policy_(std::move(policy)) {}

  std::string handle(std::string_view request);  // serialised CaseRequest → CaseReply

 private:
  struct Case {
    verify::Inquiry inquiry;
    v1::CaseBegin begin;
    bool ended = false;
  };
  v1::CaseReply answer(const v1::CaseRequest& request);
  void conclude(Case& one, v1::CaseReply& reply);

  verify::Policy policy_;
  std::unordered_map<std::uint64_t, Case> cases_;
};

// What the judge may not load any more behind its walls: OpenSSL's algorithms.
void prepare_algorithms();

}  // namespace scop::verifier
