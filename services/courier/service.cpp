#include "courier/service.hpp"

#include <fstream>

#include "core/ascii.hpp"
#include "courier/explain.hpp"
#include "courier/https.hpp"
#include "courier/leaving.hpp"
#include "courier/limits.hpp"
#include "courier/post_report.hpp"
#include "courier/report_policy.hpp"
#include "settings/mesh.hpp"

namespace scop::courier {

namespace {

// Two lines: login, password.
Outcome<smtp_client::Credentials> read_credentials(const std::filesystem::path& file) {
  std::ifstream in(file);
  smtp_client::Credentials credentials;
  if (!std::getline(in, credentials.login) || !std::getline(in, credentials.password)) {
    return failure(ErrorKind::unavailable, "no login and password on two lines in " + file.string());
  }
  return credentials;
}

smtp_client::Timeouts timeouts_of(const settings::Courier& settings) {
  smtp_client::Timeouts timeouts;
  timeouts.connect = settings.connect_timeout;
  timeouts.greeting = settings.greeting_timeout;
  timeouts.ehlo = settings.ehlo_timeout;
  timeouts.tls = std::min(timeouts.tls, settings.ehlo_timeout);
  timeouts.mail = settings.mail_timeout;
  timeouts.rcpt = settings.mail_timeout;
  timeouts.data = settings.data_timeout;
  timeouts.block = settings.block_timeout;
  timeouts.final_reply = settings.final_timeout;
  return timeouts;
}

mx::AddressRules rules_of(const settings::Courier& settings, bool for_routes) {
  mx::AddressRules rules{settings.ipv4, settings.ipv6, settings.allow_loopback || for_routes, {}};
  if (for_routes) return rules;
  for (const auto& text : settings.own_addresses) {
    if (const auto address = dns::Address::from_text(text)) rules.own.push_back(*address);
  }
  return rules;
}

std::vector<std::string> own_hosts_of(const settings::Courier& settings, const std::string& host) {
  return {ascii::to_lower(settings.helo), ascii::to_lower(host)};
}

std::optional<asio::ip::address> source_of(const settings::Courier& settings, bool v6) {
  for (const auto& text : settings.source_addresses) {
    const auto address = dns::Address::from_text(text);
    if (address && address->is_v6() == v6) return asio::ip::make_address(text);
  }
  return std::nullopt;
}

}  // namespace

void Service::configure(const config::Document& document) {
  settings_ = settings::read_courier(document, settings::read_mesh(document).host);
}

Outcome<> Service::bind(daemon::Boot& boot) {
  settings_ = settings::read_courier(boot.document(), boot.mesh().host);
  return {};
}

Outcome<> Service::open(daemon::Boot& boot) {
  auto opportunistic = net::TlsContext::opportunistic_client(settings_.authorities);
  if (!opportunistic) return std::unexpected(std::move(opportunistic.error()));
  auto verifying = net::TlsContext::verifying_client(settings_.authorities);
  if (!verifying) return std::unexpected(std::move(verifying.error()));
  auto dane = net::TlsContext::dane_client();
  if (!dane) return std::unexpected(std::move(dane.error()));
  std::vector<std::optional<smtp_client::Credentials>> credentials;
  for (const auto& route : settings_.routes) {
    credentials.emplace_back();
    if (route.credentials_file.empty()) continue;
    auto read = read_credentials(route.credentials_file);
    if (!read) return std::unexpected(std::move(read.error()));
    credentials.back() = std::move(*read);
  }
  world_ = std::unique_ptr<World>(
      new World{boot.io(), boot.log(), boot.channel("resolver"), settings_, timeouts_of(settings_),
                own_hosts_of(settings_, boot.mesh().host), rules_of(settings_, false),
                rules_of(settings_, true), source_of(settings_, false), source_of(settings_, true),
                std::move(credentials), std::move(*opportunistic), std::move(*verifying), std::move(*dane),
                Pool(boot.io(), settings_.connections, settings_.reuse_idle),
                SenderCheck(boot.io(), boot.log(), boot.channel("resolver"), settings_),
                StsPolicies(
                    boot.io(), boot.log(), boot.channel("resolver"),
                    [this](https_client::Request request, https_client::Limits limits, std::string trace) {
                      return over_https(*world_, std::move(request), limits, std::move(trace));
                    },
                    settings_, boot.state()),
                leaving_addresses(settings_)});
  boot.server().on_stream(pipe::methods::attempt,
                          [this](pipe::Call call, pipe::Incoming<v1::AttemptPart>& parts) {
                            return attempt(std::move(call), parts);
                          });
  boot.server().on_unary(pipe::methods::explain, [this](pipe::Call call, v1::ExplainRequest request) {
    return explained(std::move(call), std::move(request));
  });
  serve_reports(boot.server());
  return {};
}

void Service::serve_reports(pipe::Server& server) {
  server.on_unary(pipe::methods::find_report_policy,
                  [this](pipe::Call call, v1::ReportPolicyRequest request) {
                    return found_policy(std::move(call), std::move(request));
                  });
  server.on_unary(pipe::methods::post_report, [this](pipe::Call call, v1::PostReportRequest request) {
    return posted(std::move(call), std::move(request));
  });
}

Task<pipe::Result<v1::Explanation>> Service::explained(pipe::Call call, v1::ExplainRequest request) {
  co_return co_await explain(*world_, std::move(*request.mutable_domain()), std::move(call.trace));
}

Task<pipe::Result<v1::ReportPolicy>> Service::found_policy(pipe::Call call, v1::ReportPolicyRequest request) {
  co_return co_await find_report_policy(world_->resolver, request.domain(), std::move(call.trace));
}

Task<pipe::Result<v1::PostReportReply>> Service::posted(pipe::Call call, v1::PostReportRequest request) {
  co_return co_await post_report(*world_, std::move(request), std::move(call.trace));
}

Task<pipe::Result<v1::AttemptReport>> Service::attempt(pipe::Call call,
                                                       pipe::Incoming<v1::AttemptPart>& parts) {
  Body body(parts);
  auto envelope = co_await body.envelope();
  if (!envelope) co_return std::unexpected(std::move(envelope.error()));
  const auto count = static_cast<std::size_t>(envelope->recipients_size());
  if (count == 0 || count > limits::recipients) {
    co_return pipe::fail(pipe::Code::invalid_argument, "an attempt has between 1 and 1,000 recipients");
  }
  auto end = in(settings_.attempt_timeout);
  if (call.deadline && *call.deadline < end) end = *call.deadline;
  envelope->set_trace(call.trace);  // what it asks of the resolver follows from this call
  Attempt attempt(*world_, body, std::move(*envelope), end);
  co_return co_await attempt.run();
}

void Service::start() { world_->sts_policies.start(); }

Task<> Service::drain(Deadline) {
  if (!world_) co_return;
  world_->pool.close_all();
  co_await world_->sts_policies.drain();
}

}  // namespace scop::courier
