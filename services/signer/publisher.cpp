#include "signer/publisher.hpp"

#include <algorithm>
#include <array>

#include "core/id.hpp"
#include "dkim/key_record.hpp"
#include "net/stream.hpp"
#include "signer/limits.hpp"

namespace scop::signer {

namespace {

// RFC 1035 4.2.2: two octets of length before each message.
std::string with_length(std::string_view message) {
  std::string out;
  out += static_cast<char>(message.size() >> 8U);
  out += static_cast<char>(message.size() & 0xffU);
  return out.append(message);
}

Task<Outcome<std::string>> read_exactly(net::Stream& stream, std::size_t size, Deadline deadline) {
  std::string octets(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto got = co_await stream.read_some(std::span(octets).subspan(have), deadline);
    if (!got) co_return std::unexpected(got.error());
    have += *got;
  }
  co_return octets;
}

Task<Outcome<std::string>> exchange(Executor executor, net::Endpoint endpoint, std::string request) {
  const auto deadline = in(limits::primary_answers);
  auto stream = co_await net::Stream::connect(executor, endpoint, deadline);
  if (!stream) co_return std::unexpected(stream.error());
  if (auto sent = co_await stream->write(with_length(request), deadline); !sent)
    co_return std::unexpected(sent.error());
  const auto length = co_await read_exactly(*stream, 2, deadline);
  if (!length) co_return std::unexpected(length.error());
  const auto octet = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>((*length)[i]));
  };
  co_return co_await read_exactly(*stream, octet(0) << 8U | octet(1), deadline);
}

std::uint16_t random_id() {
  const auto octets = random_octets(2);
  return static_cast<std::uint16_t>(static_cast<unsigned char>(octets[0]) << 8U |
                                    static_cast<unsigned char>(octets[1]));
}

// Empty: published.
Task<std::string> update(Executor executor, const Primary& primary, const KeyToPublish& key) {
  dns_update::Update change;
  change.zone = primary.zone.empty() ? key.domain : primary.zone;
  change.ttl = primary.ttl;
  change.records = {{dkim::key_name(key.selector, key.domain), key.record}};
  const auto request = dns_update::encode_update(change, &primary.key, random_id());
  if (!request) co_return request.error().what;
  const auto answer = co_await exchange(executor, primary.endpoint, request->octets);
  if (!answer) co_return "the primary does not answer: " + answer.error().what;
  const auto code = dns_update::decode_response(*answer, *request, &primary.key, now());
  if (!code) co_return code.error().what;
  co_return *code == 0 ? std::string() : "the primary says " + std::string(dns_update::name_of_rcode(*code));
}

}  // namespace

struct Publisher::State {
  State(asio::io_context& context, const Log& its_log, std::optional<Primary> its_primary)
      : io(context), log(its_log), primary(std::move(its_primary)), timer(context.get_executor()) {}

  asio::io_context& io;
  const Log& log;
  std::optional<Primary> primary;
  Timer timer;
  unsigned generation = 0;  // a loop of an older one ends
  std::vector<KeyToPublish> keys;
  std::map<std::string, std::string> problems;  // by record name; "" : published
};

Publisher::Publisher(asio::io_context& io, const Log& log, std::optional<Primary> primary)
    : state_(std::make_shared<State>(io, log, std::move(primary))) {}
Publisher::~Publisher() { stop(); }

void Publisher::stop() {
  ++state_->generation;
  state_->timer.cancel();
}

void Publisher::use(std::vector<KeyToPublish> keys) {
  stop();
  state_->keys = std::move(keys);
  state_->problems.clear();
}

void Publisher::start() {
  stop();
  if (!state_->primary || state_->keys.empty()) return;
  asio::co_spawn(state_->io, loop(state_, state_->generation), asio::detached);
}

Task<> Publisher::attempt(std::shared_ptr<State> state, KeyToPublish key) {
  const auto name = dkim::key_name(key.selector, key.domain);
  auto problem = co_await update(state->io.get_executor(), *state->primary, key);
  const auto known = state->problems.find(name);
  const bool news = known == state->problems.end() || known->second != problem;
  if (problem.empty()) {
    state->log.info("key published", {{"name", name}, {"primary", net::to_text(state->primary->endpoint)}});
  } else if (news) {  // the same reason again and again is said once
    state->log.warning("key not published", {{"name", name}, {"reason", problem}});
  }
  state->problems.insert_or_assign(name, std::move(problem));
}

Task<> Publisher::loop(std::shared_ptr<State> state, unsigned generation) {
  const auto is_published = [&](const KeyToPublish& key) {
    const auto found = state->problems.find(dkim::key_name(key.selector, key.domain));
    return found != state->problems.end() && found->second.empty();
  };
  for (auto wait = limits::first_retry;; wait = std::min(wait * 2, limits::last_retry)) {
    const auto keys = state->keys;
    for (const auto& key : keys) {
      if (state->generation != generation) co_return;
      if (!is_published(key)) co_await attempt(state, key);
    }
    if (state->generation != generation || std::ranges::all_of(state->keys, is_published)) co_return;
    state->timer.expires_after(wait);
    boost::system::error_code error;
    co_await state->timer.async_wait(asio::redirect_error(use_task, error));
    if (error || state->generation != generation) co_return;
  }
}

Task<> Publisher::publish_once(std::string domain, Deadline deadline) {
  const auto state = state_;
  if (!state->primary) co_return;
  const auto keys = state->keys;
  for (const auto& key : keys) {
    if (std::chrono::steady_clock::now() >= deadline) co_return;
    if (domain.empty() || key.domain == domain) co_await attempt(state, key);
  }
}

std::string Publisher::state_of(const std::string& domain, const std::string& selector) const {
  if (!state_->primary) return "no primary configured";
  const auto found = state_->problems.find(dkim::key_name(selector, domain));
  if (found == state_->problems.end()) return "no: not tried yet";
  return found->second.empty() ? "yes" : "no: " + found->second;
}

}  // namespace scop::signer
