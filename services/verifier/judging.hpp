// The verifier's part in one Pass, as libs/stage performs it: octets go to the judge, its questions to the
// resolver, the answers back to the judge.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "judge/judge.hpp"
#include "log/log.hpp"
#include "scop/v1/case.pb.h"
#include "stage/observer.hpp"
#include "verifier/look_ups.hpp"

namespace scop::verifier {

class Ledger;

// What all messages share; outlives them.
struct World {
  asio::io_context& io;
  const Log& log;
  judge::Judge& judge;
  pipe::Channel& resolver;
  Cache cache;
  Ledger* ledger = nullptr;  // null: no report data is kept
  std::uint64_t last_case = 0;
};

class Judging final : public stage::Observer {
 public:
  explicit Judging(World& world) : world_(world) {}
  ~Judging() override;

  Task<stage::Stepped<v1::Envelope>> envelope(v1::Envelope envelope) override;
  Task<stage::Stepped<>> data(std::string_view chunk) override;
  Task<stage::Stepped<v1::Findings>> finish(v1::Findings findings) override;
  std::vector<std::pair<std::string_view, std::string>> notes() const override;

 private:
  Task<stage::Stepped<>> ask(v1::CaseRequest request);
  Task<stage::Stepped<>> conclude();
  v1::CaseRequest request() const;
  void add_answers(v1::CaseRequest& request);

  World& world_;
  std::uint64_t id_ = 0;  // 0: the judge knows nothing of it
  std::optional<LookUps> look_ups_;
  std::vector<std::string> recipients_;
  std::optional<v1::CaseResult> result_;
};

}  // namespace scop::verifier
