// What every message and every question share: settings, judge, models, reputation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "judge/judge.hpp"
#include "settings/spamfilter.hpp"
#include "spamfilter/clamd.hpp"
#include "spamfilter/gathered.hpp"
#include "spamfilter/models.hpp"
#include "spamfilter/standing.hpp"

namespace scop::spamfilter {

struct Desk {
  asio::io_context& io;
  const Log& log;
  settings::Spamfilter settings;
  std::unique_ptr<judge::Judge> judge;
  std::unique_ptr<Models> models;
  std::unique_ptr<Standing> standing;
  std::optional<ClamdEndpoint> clamd;
  Memory memory;
  std::uint64_t judged = 0;
};

}  // namespace scop::spamfilter
