//! `template.yaml` as CloudFormation reads it: parameters filled in, functions worked out, unwanted resources left out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a template that cannot be read fails the test")]

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The account and region of every address.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The region of every address.
pub(crate) const REGION: &str = "us-east-1";
/// The name of every stack.
pub(crate) const STACK: &str = "redial-queue";

/// The template as it is written, with `!Name` as `{"Fn::Name": …}`.
#[derive(Debug)]
pub(crate) struct Template(Value);

/// What a deployment would make of it.
#[derive(Debug)]
pub(crate) struct Deployment<'a> {
    template: &'a Template,
    parameters: BTreeMap<&'a str, String>,
}

impl Template {
    /// Reads the template of this project.
    #[must_use]
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("template.yaml");
        let text = fs::read_to_string(path).unwrap();
        Self(json(&Yaml::load_from_str(&text).unwrap()[0]))
    }

    /// The declaration of every parameter, by name.
    #[must_use]
    pub(crate) fn parameters(&self) -> &Map<String, Value> {
        self.0["Parameters"].as_object().unwrap()
    }

    /// The parameter that a variable of some function passes on, by the variable's name.
    #[must_use]
    pub(crate) fn parameters_of_variables(&self) -> BTreeMap<&str, &str> {
        let functions = self.0["Resources"].as_object().unwrap().values();
        let own = functions.map(|resource| &resource["Properties"]["Environment"]["Variables"]);
        let all = std::iter::once(&self.0["Globals"]["Function"]["Environment"]["Variables"]).chain(own);
        let variables = all.filter_map(Value::as_object).flatten();
        let passed_on = variables.filter_map(|(variable, value)| Some((variable.as_str(), value["Ref"].as_str()?)));
        passed_on.filter(|(_, name)| self.parameters().contains_key(*name)).collect()
    }

    /// A deployment with these parameters, and defaults for all others.
    #[must_use]
    pub(crate) fn deployed_with<'a>(&'a self, given: &[(&'a str, &str)]) -> Deployment<'a> {
        let defaults = self.parameters().iter().map(|(name, declared)| (name.as_str(), scalar(&declared["Default"])));
        let mut parameters: BTreeMap<_, _> = defaults.collect();
        for (name, value) in given {
            assert!(parameters.insert(*name, (*value).to_owned()).is_some(), "the template has no parameter {name}");
        }
        Deployment { template: self, parameters }
    }
}

impl Deployment<'_> {
    /// The resources of a type that would be made, with their properties, by logical id.
    #[must_use]
    pub(crate) fn resources(&self, kind: &str) -> BTreeMap<&str, Value> {
        let wanted = self.declared().iter().filter(|(_, resource)| resource["Type"] == kind && self.is_made(resource));
        wanted.map(|(id, resource)| (id.as_str(), self.worked_out(&resource["Properties"]))).collect()
    }

    /// The properties of a resource, or `Null` when it would not be made.
    #[must_use]
    pub(crate) fn resource(&self, id: &str) -> Value {
        let resource = self.declared().get(id).unwrap_or_else(|| panic!("the template has no resource {id}"));
        if self.is_made(resource) { self.worked_out(&resource["Properties"]) } else { Value::Null }
    }

    /// The outputs, by name.
    #[must_use]
    pub(crate) fn outputs(&self) -> BTreeMap<&str, String> {
        let outputs = self.template.0["Outputs"].as_object().unwrap().iter().filter(|(_, output)| self.is_made(output));
        outputs.map(|(name, output)| (name.as_str(), scalar(&self.worked_out(&output["Value"])))).collect()
    }

    /// The variables of a function: those of all functions and its own.
    #[must_use]
    pub(crate) fn variables(&self, function: &str) -> BTreeMap<String, String> {
        let all = self.worked_out(&self.template.0["Globals"]["Function"]["Environment"]["Variables"]);
        let own = self.resource(function)["Environment"]["Variables"].clone();
        let both = [all, own].into_iter().filter_map(|variables| variables.as_object().cloned());
        both.flatten().map(|(name, value)| (name, scalar(&value))).collect()
    }

    fn declared(&self) -> &Map<String, Value> {
        self.template.0["Resources"].as_object().unwrap()
    }

    fn is_made(&self, declared: &Value) -> bool {
        declared["Condition"].as_str().is_none_or(|name| self.condition(name))
    }

    fn condition(&self, name: &str) -> bool {
        self.holds(&self.template.0["Conditions"][name])
    }

    fn holds(&self, condition: &Value) -> bool {
        let (function, argument) = function(condition).unwrap_or_else(|| panic!("no condition: {condition}"));
        let parts = || argument.as_array().unwrap().iter();
        match function {
            "Condition" => self.condition(argument.as_str().unwrap()),
            "Fn::Equals" => scalar(&self.worked_out(&argument[0])) == scalar(&self.worked_out(&argument[1])),
            "Fn::Not" => !self.holds(&argument[0]),
            "Fn::And" => parts().all(|part| self.holds(part)),
            "Fn::Or" => parts().any(|part| self.holds(part)),
            _ => panic!("no condition: {function}"),
        }
    }

    /// `Null` is `AWS::NoValue`: whatever holds it is left out.
    fn worked_out(&self, value: &Value) -> Value {
        if let Some((function, argument)) = function(value) {
            return match function {
                "Ref" => self.reference(argument.as_str().unwrap()),
                "Fn::GetAtt" => Value::String(self.attribute(argument.as_str().unwrap())),
                "Fn::Sub" => Value::String(self.substituted(argument.as_str().unwrap())),
                "Fn::If" => {
                    let branch = if self.condition(argument[0].as_str().unwrap()) { 1 } else { 2 };
                    self.worked_out(&argument[branch])
                }
                _ => panic!("an unknown function: {function}"),
            };
        }
        match value {
            Value::Array(items) => {
                items.iter().map(|item| self.worked_out(item)).filter(|item| !item.is_null()).collect()
            }
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, field)| (name.clone(), self.worked_out(field)));
                Value::Object(fields.filter(|(_, field)| !field.is_null()).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }

    fn reference(&self, name: &str) -> Value {
        let text = match name {
            "AWS::NoValue" => return Value::Null,
            "AWS::Partition" => "aws".to_owned(),
            "AWS::Region" => REGION.to_owned(),
            "AWS::AccountId" => ACCOUNT.to_owned(),
            "AWS::StackName" => STACK.to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            _ => match self.parameters.get(name) {
                Some(value) => value.clone(),
                None => self.id(name),
            },
        };
        Value::String(text)
    }

    /// The id that a resource gets: the name in its properties, or else its logical id.
    fn id(&self, logical: &str) -> String {
        let named = ["FunctionName", "LogGroupName"].into_iter();
        let properties = self.declared().get(logical).map(|resource| &resource["Properties"]);
        let name = properties.and_then(|properties| named.map(|name| &properties[name]).find(|name| !name.is_null()));
        name.map_or_else(|| logical.to_owned(), |name| scalar(&self.worked_out(name)))
    }

    fn attribute(&self, path: &str) -> String {
        let (logical, attribute) = path.split_once('.').unwrap();
        if attribute != "Arn" {
            return path.to_owned();
        }
        let id = self.id(logical);
        let kind = self.declared().get(logical).and_then(|resource| resource["Type"].as_str()).unwrap_or_default();
        match kind {
            "AWS::S3::Bucket" => format!("arn:aws:s3:::{}", id.to_lowercase()),
            "AWS::DynamoDB::Table" => format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{id}"),
            "AWS::SQS::Queue" => format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{id}"),
            _ => format!("arn:aws:{}:{REGION}:{ACCOUNT}:{id}", kind.to_lowercase().replace("::", "-")),
        }
    }

    fn substituted(&self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap();
            let value = if name.contains('.') { self.attribute(name) } else { scalar(&self.reference(name)) };
            whole += &value;
            whole += rest;
        }
        whole
    }
}

/// The function that a value is, if it is one.
fn function(value: &Value) -> Option<(&str, &Value)> {
    let mut fields = value.as_object().filter(|fields| fields.len() == 1)?.iter();
    let (name, argument) = fields.next()?;
    // A condition's name may also stand in a statement of a policy, with an object.
    let is_condition = name == "Condition" && argument.is_string();
    (name == "Ref" || name.starts_with("Fn::") || is_condition).then_some((name.as_str(), argument))
}

/// A value as the text that a parameter or a variable would be.
#[must_use]
pub(crate) fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn json(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(flag)) => json!(flag),
        Yaml::Value(Scalar::Integer(number)) => json!(number),
        Yaml::Value(Scalar::FloatingPoint(number)) => json!(number.into_inner()),
        Yaml::Value(Scalar::String(text)) => json!(text),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(fields) => {
            fields.iter().map(|(name, field)| (name.as_str().unwrap().to_owned(), json(field))).collect()
        }
        Yaml::Tagged(tag, value) => {
            let name = match tag.suffix.as_str() {
                plain @ ("Ref" | "Condition") => plain.to_owned(),
                other => format!("Fn::{other}"),
            };
            json!({name: json(value)})
        }
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => panic!("not read: {yaml:?}"),
    }
}
