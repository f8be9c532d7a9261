// scop sign: a DKIM signature on top of a message file, the counterpart of scop verify.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "dkim/signer.hpp"
#include "dns/domain.hpp"
#include "message/header.hpp"
#include "scop/command.hpp"
#include "scop/json.hpp"
#include "scop/message_file.hpp"
#include "scop/time_option.hpp"

namespace scop::command {

namespace {

constexpr std::uint64_t most_key_file = 64U << 10U;

struct Options {
  std::string file;
  std::string key;
  std::string domain;
  std::string selector;
  std::string canon = "relaxed/relaxed";
  std::string at;
};

std::optional<dkim::Canonical> form_of(std::string_view name) {
  for (const auto form : {dkim::Canonical::simple, dkim::Canonical::relaxed}) {
    if (name == dkim::name_of(form)) return form;
  }
  return std::nullopt;
}

//   sig-c-tag = header-form ["/" body-form]           ; the body's default is simple
bool take_forms(std::string_view text, dkim::SigningPolicy& policy) {
  const auto slash = text.find('/');
  const auto header = form_of(text.substr(0, slash));
  const auto body =
      slash == std::string_view::npos ? dkim::Canonical::simple : form_of(text.substr(slash + 1));
  if (!header || !body) return false;
  policy.header_form = *header;
  policy.body_form = *body;
  return true;
}

Outcome<std::string> sign(const Options& options, std::string_view message, const dkim::SigningPolicy& policy,
                          dkim::Seconds now) {
  const Secret pem(read_input(options.key, most_key_file).value_or(""));
  if (pem.empty()) return failure(ErrorKind::not_found, options.key + ": no key can be read there");
  auto key = dkim::DkimKey::from_pem(pem.reveal());
  if (!key) return failure(key.error().kind, options.key + ": " + key.error().what);
  const auto header = message::parse_header(message);
  if (!header) return std::unexpected(header.error());
  if (message::count(*header, "From") == 0)
    return failure(ErrorKind::malformed, "the message has no From field");
  dkim::Signer signer(policy);
  signer.body(message.substr(header->body));
  const auto domain = dns::to_a_labels(options.domain).value_or(options.domain);
  if (!dkim::is_domain_name(domain)) return failure(ErrorKind::malformed, "--domain is no domain name");
  if (!dkim::is_domain_name(options.selector))
    return failure(ErrorKind::malformed, "--selector is no selector");
  const dkim::SigningKeyView view{domain, options.selector, *key};
  auto values = signer.sign(header->fields, std::span(&view, 1), now);
  if (!values) return std::unexpected(values.error());
  return "DKIM-Signature:" + values->front() + "\r\n";
}

// With the line ends that the file has.
std::string like_file(std::string field, std::string_view text) {
  const auto end = text.find('\n');
  if (end != std::string_view::npos && end > 0 && text[end - 1] == '\r') return field;
  std::erase(field, '\r');
  return field;
}

int sign_file(const Context& context, const Options& options) {
  const auto refuse = [&](std::string_view what) {
    context.terminal.problem(what);
    return wrong_usage;
  };
  dkim::SigningPolicy policy;
  if (!take_forms(options.canon, policy))
    return refuse("--canon is not like relaxed/simple: " + options.canon);
  const auto now =
      options.at.empty() ? std::chrono::floor<std::chrono::seconds>(scop::now()) : parse_time(options.at);
  if (!now) return refuse("--at is neither seconds since 1970 nor 2026-11-21T10:00:00Z: " + options.at);
  const auto text = read_input(options.file);
  if (!text) return refuse(text.error().what);
  const auto field = sign(options, with_crlf(*text), policy, *now);
  if (!field) return refuse(field.error().what);
  if (context.json) {
    print_json(json::object{{"name", "DKIM-Signature"},
                            {"value", json_text(message::unfold(std::string_view(*field).substr(15)))}});
    return good;
  }
  const auto out = like_file(*field, *text) + *text;
  std::fwrite(out.data(), 1, out.size(), stdout);
  return std::fflush(stdout) == 0 ? good : declined;
}

}  // namespace

void declare_sign(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("sign", "put a DKIM signature on top of a message file");
  command->add_option("file", options->file, "the message, with LF or CRLF; \"-\" is standard input")
      ->required();
  command->add_option("--key", options->key, "the private key: PEM, RSA or Ed25519")
      ->type_name("FILE")
      ->required();
  command->add_option("--domain", options->domain, "d=")->required();
  command->add_option("--selector", options->selector, "s=")->required();
  command->add_option("--canon", options->canon, "c=: relaxed or simple, of header and body")
      ->type_name("c/c")
      ->capture_default_str();
  command->add_option("--at", options->at, "t=: seconds since 1970 or 2026-11-21T10:00:00Z; default: now")
      ->type_name("TIME");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return sign_file(context, *options); }; });
}

}  // namespace scop::command
