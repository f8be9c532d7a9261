#include "courier/sts_policies.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"
#include "courier/limits.hpp"
#include "courier/look_up.hpp"

namespace scop::courier {

using tls_policy::Failure;

namespace {

StsFinding failed(Failure failure, std::string why) { return {{}, {}, failure, std::move(why)}; }

Failure failure_of(ErrorKind kind) {
  return kind == ErrorKind::denied ? Failure::sts_webpki_invalid : Failure::sts_policy_fetch_error;
}

// RFC 8461 3.2: "text/plain", whatever its parameters.
bool is_plain_text(std::string_view content_type) {
  const auto type = ascii::trim(content_type.substr(0, content_type.find(';')));
  return ascii::equals_ignoring_case(type, "text/plain");
}

std::expected<mta_sts::Policy, StsFinding> policy_in(const https_client::Response& response) {
  if (response.status != 200)
    return std::unexpected(
        failed(Failure::sts_policy_fetch_error, fmt::format("HTTP status {}", response.status)));
  if (!is_plain_text(response.content_type))
    return std::unexpected(failed(Failure::sts_policy_invalid, "the policy is not text/plain"));
  auto policy = mta_sts::parse_policy(response.body);
  if (!policy) return std::unexpected(failed(Failure::sts_policy_invalid, policy.error().what));
  return std::move(*policy);
}

StsFinding found(const mta_sts::Known& known) { return {known.policy, known.id, Failure::none, {}}; }

}  // namespace

// One fetch that any number of attempts wait for.
struct StsPolicies::Fetch {
  explicit Fetch(asio::io_context& io) : done(io, Deadline::max()) {}
  std::optional<StsFinding> finding;
  Timer done;
};

StsPolicies::StsPolicies(asio::io_context& io, const Log& log, pipe::Channel& resolver, OverHttps over_https,
                         const settings::Courier& settings, const std::filesystem::path& state)
    : io_(io),
      log_(log),
      resolver_(resolver),
      over_https_(std::move(over_https)),
      port_(settings.https_port),
      timeout_(settings.sts_timeout),
      file_(io, log, state),
      failed_(limits::sts_failures) {}

void StsPolicies::start() {
  cache_ = file_.start(now());
  asio::co_spawn(io_, refresh_ageing(), asio::detached);
}

Task<> StsPolicies::drain() { co_await file_.finish(); }

StsFinding StsPolicies::known(const std::string& domain) const {
  const auto* known = cache_.find(domain, now());
  return known == nullptr ? StsFinding{} : found(*known);
}

Task<StsFinding> StsPolicies::find(std::string domain, std::string trace) {
  const auto answer = co_await look_up(resolver_, "_mta-sts." + domain, dns::Type::txt, trace);
  const auto record = mta_sts::record_of(answer);
  auto known = this->known(domain);
  // RFC 8461 3.1, 3.3: neither silence nor nonsense in the DNS ends a policy.
  if (!record || !*record) {
    if (!record && record.error().kind == ErrorKind::malformed && !known.policy)
      co_return failed(Failure::sts_policy_invalid, "the _mta-sts record: " + record.error().what);
    co_return known;
  }
  const auto& id = (*record)->id;
  if (known.policy && known.id == id) {
    refresh_beside(domain, id, trace);
    co_return known;
  }
  auto fresh = co_await fetched(domain, id, std::move(trace));
  if (fresh.policy) co_return fresh;
  known = this->known(domain);
  co_return known.policy ? known : fresh;
}

// RFC 8461 10.2: a policy that is renewed in time leaves no moment for who would suppress it.
void StsPolicies::refresh_beside(const std::string& domain, const std::string& id, std::string trace) {
  const auto* known = cache_.find(domain, now());
  const auto half = std::chrono::seconds(known == nullptr ? 0 : known->policy.max_age / 2);
  if (known == nullptr || known->fetched + half > now() || under_way_.contains(domain)) return;
  const auto refreshed = [](StsPolicies& self, std::string one, std::string its_id,
                            std::string its_trace) -> Task<> {
    co_await self.fetched(std::move(one), std::move(its_id), std::move(its_trace));
  };
  asio::co_spawn(io_, refreshed(*this, domain, id, std::move(trace)), asio::detached);
}

Task<> StsPolicies::refresh_ageing() {
  for (;;) {
    Timer timer(io_, in(limits::sts_round));
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(use_task, error));
    if (error) co_return;
    std::size_t asked = 0;
    for (const auto& domain : cache_.ageing(now(), limits::sts_round_looks)) {
      const auto* before = failed_.find(domain);
      const bool hopeless = before != nullptr && before->until > std::chrono::steady_clock::now();
      if (hopeless || ++asked > limits::sts_round_fetches) continue;
      co_await find(domain, {});
    }
  }
}

Task<StsFinding> StsPolicies::fetched(std::string domain, std::string id, std::string trace) {
  const auto* before = failed_.find(domain);
  if (before != nullptr && before->id == id && before->until > std::chrono::steady_clock::now())
    co_return before->finding;
  auto& shared = under_way_[domain];
  const bool begun = !shared;
  if (begun) {
    if (under_way_.size() > limits::sts_fetches) {
      under_way_.erase(domain);
      co_return failed(Failure::sts_policy_fetch_error, "too many policies are being fetched at once");
    }
    shared = std::make_shared<Fetch>(io_);
  }
  const auto waited = shared;
  // Last: a fetch that fails at once takes its entry with it.
  if (begun) asio::co_spawn(io_, fetch(waited, domain, id, trace), asio::detached);
  if (!waited->finding) {
    boost::system::error_code ignored;
    co_await waited->done.async_wait(asio::redirect_error(use_task, ignored));
  }
  co_return waited->finding ? *waited->finding : failed(Failure::sts_policy_fetch_error, "we are going down");
}

Task<> StsPolicies::fetch(std::shared_ptr<Fetch> fetch, std::string domain, std::string id,
                          std::string trace) {
  auto asked = co_await ask(domain, std::move(trace));
  StsFinding finding;
  if (asked) {
    finding = {*asked, id, Failure::none, {}};
    log_.info("MTA-STS policy", {{"domain", domain}, {"mode", mta_sts::name_of(asked->mode)}, {"id", id}});
    cache_.keep(domain, {id, now(), std::move(*asked)}, now());
    file_.changed(cache_);
  } else {
    finding = std::move(asked.error());
    log_.warning("no MTA-STS policy",
                 {{"domain", domain}, {"why", finding.why}, {"type", tls_policy::name_of(finding.failure)}});
    failed_.touch(domain) = {id, in(limits::sts_retry), finding};
  }
  under_way_.erase(domain);
  fetch->finding = std::move(finding);
  fetch->done.cancel();
}

Task<std::expected<mta_sts::Policy, StsFinding>> StsPolicies::ask(std::string domain, std::string trace) {
  https_client::Request request;
  request.url = {"mta-sts." + domain, port_, "/.well-known/mta-sts.txt"};
  const https_client::Limits limits{.body_octets = mta_sts::most_octets, .total = timeout_};
  const auto response = co_await over_https_(std::move(request), limits, std::move(trace));
  if (!response) co_return std::unexpected(failed(failure_of(response.error().kind), response.error().what));
  co_return policy_in(*response);
}

}  // namespace scop::courier
