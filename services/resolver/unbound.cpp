#include "resolver/unbound.hpp"

#include <fmt/format.h>

#include <span>

#include "dns/name.hpp"
#include "resolver/limits.hpp"

namespace scop::resolver {

namespace {

constexpr int internet = 1;  // class IN

struct FreedResult {
  void operator()(ub_result* result) const { ub_resolve_free(result); }
};

void copy_records(const ub_result& result, dns::Answer& answer) {
  // Two arrays in parallel, the first ended by a null pointer.
  for (std::size_t i = 0; result.data != nullptr && result.data[i] != nullptr; ++i) {
    answer.records.emplace_back(result.data[i], static_cast<std::size_t>(result.len[i]));
  }
}

}  // namespace

Found no_answer(std::string name, std::string why, dns::InfoCode code, bool transient) {
  Found found;
  found.answer.canonical_name = std::move(name);
  found.answer.why = std::move(why);
  found.answer.extended_error = static_cast<std::uint16_t>(code);
  found.transient = transient;
  return found;
}

Unbound::Unbound(asio::io_context& io, Context context, bool validates, LibraryLog& log)
    : io_(io), context_(std::move(context)), validates_(validates), log_(log), descriptor_(io) {}

Unbound::~Unbound() { stop(); }

void Unbound::start() {
  running_ = true;
  boost::system::error_code ignored;
  descriptor_.assign(ub_fd(context_.get()), ignored);
  wait_for_results();
}

void Unbound::stop() {
  running_ = false;
  if (descriptor_.is_open()) descriptor_.release();  // the library closes it
}

void Unbound::wait_for_results() {
  descriptor_.async_wait(Descriptor::wait_read, [this](boost::system::error_code error) {
    if (error || !running_) return;
    ub_process(context_.get());
    wait_for_results();
  });
}

Task<Found> Unbound::look_up(std::string name, dns::Type type, Deadline deadline) {
  if (!running_)
    co_return no_answer(std::move(name), "the resolver is closing down", dns::InfoCode::not_ready, true);
  if (waiting_.size() >= limits::look_ups)
    co_return no_answer(std::move(name), "too many look-ups at once", dns::InfoCode::not_ready, true);
  const auto key = ++next_key_;
  auto owned = std::make_unique<Waiting>(Waiting{this, key, name, type, Timer(io_, deadline), std::nullopt});
  Waiting& waiting = *owned;
  waiting_.emplace(key, std::move(owned));
  const int status = ub_resolve_async(context_.get(), name.c_str(), static_cast<int>(type), internet,
                                      &waiting, &Unbound::on_result, &waiting.id);
  if (status != 0) {
    waiting_.erase(key);
    const auto said = log_.take_complaints();
    co_return no_answer(std::move(name), fmt::format("libunbound: {} {}", ub_strerror(status), said),
                        dns::InfoCode::other, true);
  }
  if (!waiting.found) {
    boost::system::error_code ignored;
    co_await waiting.timer.async_wait(asio::redirect_error(use_task, ignored));
  }
  if (!waiting.found) {
    give_up(waiting);
    co_return no_answer(std::move(name), "timed out", dns::InfoCode::no_reachable_authority, false);
  }
  auto found = std::move(*waiting.found);
  waiting_.erase(key);
  co_return found;
}

// Where the library cannot cancel any more, its result is on the way: what it points at stays until then.
void Unbound::give_up(Waiting& waiting) {
  if (ub_cancel(context_.get(), waiting.id) == 0) {
    waiting_.erase(waiting.key);
  } else {
    waiting.abandoned = true;
  }
}

void Unbound::on_result(void* argument, int status, ub_result* raw) {
  const std::unique_ptr<ub_result, FreedResult> result(raw);
  auto& waiting = *static_cast<Waiting*>(argument);
  if (waiting.abandoned) {
    waiting.owner->waiting_.erase(waiting.key);
    return;
  }
  waiting.found = status == 0 && result ? waiting.owner->read(waiting, *result)
                                        : no_answer(waiting.name,
                                                    fmt::format("libunbound: {} {}", ub_strerror(status),
                                                                waiting.owner->log_.take_complaints()),
                                                    dns::InfoCode::other, true);
  waiting.timer.cancel();
}

// The library says why in its log alone.
Found Unbound::failed(const Waiting& waiting, dns::Rcode rcode) const {
  auto why = log_.take_reason(dns::canonical_text(waiting.name) + ".", dns::name_of(waiting.type));
  const auto code = dns::code_of_failure(why);
  if (why.empty()) why = "no name server gave an answer (" + dns::name_of(rcode) + ")";
  auto found = no_answer(dns::canonical_text(waiting.name), std::move(why), code, false);
  found.answer.rcode = rcode;
  return found;
}

Found Unbound::read(const Waiting& waiting, const ub_result& result) const {
  Found found;
  auto& answer = found.answer;
  answer.rcode = result.nxdomain != 0 ? dns::Rcode::nx_domain : static_cast<dns::Rcode>(result.rcode & 0xf);
  const bool came = answer.rcode == dns::Rcode::no_error || answer.rcode == dns::Rcode::nx_domain;
  if (!came && result.bogus == 0) found = failed(waiting, answer.rcode);
  if (result.answer_packet != nullptr && result.answer_len > 0) {
    found.packet.assign(static_cast<const char*>(result.answer_packet),
                        static_cast<std::size_t>(result.answer_len));
  }
  answer.canonical_name = dns::canonical_text(result.canonname != nullptr ? result.canonname : result.qname);
  answer.ttl = static_cast<std::uint32_t>(std::max(result.ttl, 0));
  if (result.bogus != 0) {
    // The library hands out the records of a bogus answer: nobody shall use them.
    answer.rcode = dns::Rcode::serv_fail;
    answer.validation = dns::Validation::bogus;
    answer.why = result.why_bogus != nullptr ? result.why_bogus : "fails DNSSEC validation";
    answer.extended_error = static_cast<std::uint16_t>(dns::code_of_bogus(answer.why));
  }
  if (!came || result.bogus != 0) return found;
  if (validates_)
    answer.validation = result.secure != 0 ? dns::Validation::secure : dns::Validation::insecure;
  copy_records(result, answer);
  return found;
}

}  // namespace scop::resolver
