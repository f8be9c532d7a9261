// The frequent-spammer list with its file: in memory for who asks, saved every few seconds by a thread of its
// own. What a crash loses is a few seconds of counts.
#pragma once

#include <memory>
#include <string_view>

#include "asio/task.hpp"
#include "log/log.hpp"
#include "reputation/spammers.hpp"
#include "scop/v1/spamfilter.pb.h"
#include "settings/spamfilter.hpp"
#include "store/writer.hpp"

namespace scop::spamfilter {

class Standing {
 public:
  static Outcome<std::unique_ptr<Standing>> open(asio::io_context& io, const Log& log,
                                                 const settings::Spamfilter& settings,
                                                 const std::filesystem::path& file);

  void start();
  Task<> stop();  // saves what is left

  void note(std::string_view client_address, std::string_view reverse_path, bool spam, Time now);
  v1::ReputationReply of(std::string_view client_address, Time now) const;

 private:
  Standing(asio::io_context& io, const Log& log, reputation::Spammers spammers, store::Database database);
  Task<> save();
  Task<> save_regularly();

  asio::io_context& io_;
  const Log& log_;
  reputation::Spammers spammers_;
  store::Writer writer_;
  Timer next_save_;
  bool stopping_ = false;
};

reputation::Policy reputation_policy(const settings::Spamfilter& settings);

}  // namespace scop::spamfilter
