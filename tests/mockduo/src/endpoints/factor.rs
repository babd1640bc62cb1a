//! Which factor `/auth` is to carry out, out of both forms.

use super::menu;
use crate::error::ApiError;
use crate::params::Params;
use crate::scenario::Form;
use crate::state::User;

/// A factor with what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Factor {
    /// `prompted`: chosen from the menu, so that the code is told in a `status_msg`.
    Push {
        device: String,
        prompted: bool,
    },
    Phone {
        device: String,
    },
    Sms {
        device: String,
    },
    Passcode(String),
}

/// Reads `factor` and its companions.
///
/// # Errors
/// 40001 and 40002 naming the parameter; a form that the user's policy does not take is a bad `factor`.
pub fn choose(user: &User, form: Form, params: &Params) -> Result<Factor, ApiError> {
    let factor = params.need("factor")?;
    if (factor == "prompt") == (form == Form::Devices) && form != Form::Both {
        return Err(ApiError::invalid("factor"));
    }
    let device = |factor: &str| -> Result<String, ApiError> {
        let found = user.device_for(params.need("device")?, factor);
        found.map(|d| d.id.clone()).ok_or_else(|| ApiError::invalid("device"))
    };
    match factor {
        "push" => Ok(Factor::Push { device: device("push")?, prompted: false }),
        "phone" => Ok(Factor::Phone { device: device("phone")? }),
        "sms" => Ok(Factor::Sms { device: device("sms")? }),
        "passcode" => Ok(Factor::Passcode(params.need("passcode")?.to_owned())),
        "auto" => match device("push") {
            Ok(device) => Ok(Factor::Push { device, prompted: false }),
            Err(missing) if missing.code == 40001 => Err(missing),
            Err(_) => Ok(Factor::Phone { device: device("phone")? }),
        },
        "prompt" => Ok(prompted(user, params.need("prompt")?)),
        _ => Err(ApiError::invalid("factor")),
    }
}

/// What is no name from the menu was typed by a person, and can only be a passcode.
fn prompted(user: &User, typed: &str) -> Factor {
    let chosen = menu::choices(user).into_iter().find(|choice| choice.name == typed);
    let Some(choice) = chosen else {
        return Factor::Passcode(typed.trim().to_owned());
    };
    let device = choice.device.id.clone();
    match choice.factor {
        "phone" => Factor::Phone { device },
        "sms" => Factor::Sms { device },
        _ => Factor::Push { device, prompted: true },
    }
}
