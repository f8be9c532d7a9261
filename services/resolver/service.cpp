#include "resolver/service.hpp"

#include "core/ascii.hpp"
#include "dns/name.hpp"
#include "net/endpoint.hpp"

namespace scop::resolver {

namespace {

constexpr std::size_t longest_question = 1024;  // presentation form with every octet escaped

v1::Answer to_message(const dns::Answer& answer) {
  v1::Answer out;
  out.set_rcode(static_cast<std::uint32_t>(answer.rcode));
  out.set_validation(static_cast<v1::Answer::Validation>(answer.validation));
  out.set_canonical_name(answer.canonical_name);
  out.set_ttl(answer.ttl);
  out.mutable_records()->Reserve(static_cast<int>(answer.records.size()));
  for (const auto& record : answer.records) out.add_records(record);
  out.set_why(answer.why);
  if (answer.extended_error) out.set_extended_error(*answer.extended_error);
  out.set_stale(answer.stale);
  return out;
}

bool is_record_type(std::uint32_t type) {
  return type > 0 && type < 65536 && type != 41 && (type < 128 || type > 255);
}

}  // namespace

Outcome<> Service::bind(daemon::Boot& boot) {
  settings_ = settings::read_resolver(boot.document());
  log_ = &boot.log();
  for (const auto& text : settings_.listen) {
    const auto endpoint = net::parse_endpoint(text);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto port = DnsPort::bind(boot.io(), boot.log(), *endpoint);
    if (!port) return std::unexpected(std::move(port.error()));
    ports_.push_back(std::move(*port));
  }
  return {};
}

Outcome<> Service::open(daemon::Boot& boot) {
  auto context = make_context(settings_);
  if (!context) return std::unexpected(std::move(context.error()));
  unbound_ = std::make_unique<Unbound>(boot.io(), std::move(*context), settings_.dnssec);
  boot.server().on_unary(pipe::methods::lookup, [this](pipe::Call call, v1::Question question) {
    return look_up(std::move(call), std::move(question));
  });
  return {};
}

void Service::start() {
  unbound_->start();
  for (auto& port : ports_) {
    port.start(*unbound_, settings_.timeout);
    log_->info("listening for DNS", {{"at", net::to_text(port.local())}});
  }
}

Task<> Service::drain(Deadline) {
  for (auto& port : ports_) port.stop();
  co_return;
}

Task<pipe::Result<v1::Answer>> Service::look_up(pipe::Call call, v1::Question question) {
  if (question.name().size() > longest_question || !dns::name_to_wire(question.name())) {
    co_return pipe::fail(pipe::Code::invalid_argument, "the name is not a domain name");
  }
  if (!ascii::is_all_ascii(question.name()) || !is_record_type(question.type())) {
    co_return pipe::fail(pipe::Code::invalid_argument,
                         "the name is not ASCII, or the type is not one of records");
  }
  auto deadline = in(settings_.timeout);
  if (call.deadline && *call.deadline < deadline) deadline = *call.deadline;
  const auto type = static_cast<dns::Type>(question.type());
  const auto found = co_await unbound_->look_up(question.name(), type, deadline);
  const auto& answer = found.answer;
  const auto name = ascii::printable(question.name());
  if (answer.validation == dns::Validation::bogus) {
    log_->warning("bogus",
                  {{"name", name}, {"type", dns::name_of(type)}, {"why", answer.why}, {"trace", call.trace}});
  } else {
    log_->debug("looked up", {{"name", name},
                              {"type", dns::name_of(type)},
                              {"rcode", dns::name_of(answer.rcode)},
                              {"records", answer.records.size()},
                              {"trace", call.trace}});
  }
  co_return to_message(answer);
}

}  // namespace scop::resolver
